"""Every kind of facility that the five policies name, in their own words, has a category."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.terms.taxonomy import category_of

NAMED = {
    "sichuan-2021": """
        城乡社区综合服务设施 community_service_facility
        社区综合体 community_complex
        党群服务中心 party_service_centre
        集镇便民服务中心 government_service_station
    """,
    "leshan-2022": """
        社区综合服务体 community_complex
        社区服务综合体 community_complex
        社区党群服务中心 party_service_centre
        小区党群服务站 estate_party_station
        社区综合服务站 community_service_facility
        社区卫生服务中心 clinic
        社区卫生服务站 clinic
        社区日间照料中心 day_care_centre
        社区日间照料机构 day_care_centre
        社区养老服务综合体 elder_service_complex
        社区养老服务设施 elder_care_point
        幼儿园 kindergarten
        托儿所 infant_care_point
        综合超市 supermarket
        公共活动场地 activity_field
        室外综合健身场地 fitness_ground
        健身步道 fitness_trail
        城市绿道 fitness_trail
        自行车道 fitness_trail
        全民健身中心 sports_point
        体育健身公园 sports_point
        社区文体广场 activity_field
        公共绿地 park
        应急避难场所 emergency_shelter
        社区减灾应急服务中心 disaster_service_centre
        停车场 car_park
        充电设施 charging_station
        生活垃圾收集站 waste_station
        公共厕所 public_toilet
        便民商业网点 commercial_facility
        邮件和快件寄递 parcel_point
        安心自提点 parcel_point
        智能取餐柜 meal_locker
        综合性文化服务中心 culture_centre
        居民书屋 community_reading_room
        社区图书馆 community_reading_room
        社区学院 community_school
        社区教育工作站 community_school
        老年大学 community_school
        社区未成年人关爱保护服务阵地 minors_station
        社会组织孵化园 incubation_base
        社区社会组织服务中心 incubation_base
        社工室 social_work_station
        社会工作服务站 social_work_station
        志愿服务站点 volunteer_station
        休息驿站 rest_station
        就业服务平台 employment_platform
        退役军人服务站 veterans_station
        新时代文明实践中心 civilisation_station
        派出所 police_room
        社区警务室 police_room
        法律服务中心 legal_service_point
        综治中心 mediation_centre
        矛盾纠纷调处化解中心 mediation_centre
        服务自助终端 service_terminal
        社区医院 clinic
    """,
    "nantong-2011": """
        市級社區公共服務中心 city_service_centre
        居家養老服務站 home_care_station
        居家養老服務中心 home_care_centre
        老年活動場所 elder_activity_place
        老年日托站 day_care_centre
        就餐點 community_canteen
        康復點 rehabilitation_point
        服務超市 service_supermarket
        社區便民服務亭 service_kiosk
        社區閱報欄 notice_board
        市民服務中心 city_service_centre
    """,
    "xian-2020": """
        公共交通站点 transit_stop
        品牌便利店 brand_convenience_store
        便民蔬菜店 vegetable_shop
        全民健身场地 fitness_ground
        社区书屋 community_reading_room
        幼儿园 kindergarten
        社区就医点 clinic
        居家养老服务站 home_care_station
        政务便民服务站 government_service_station
        放心早餐网点 breakfast_outlet
        特色餐馆 restaurant
    """,
    "xian-2024": """
        社区嵌入式服务设施 embedded_facility
        社区嵌入式服务综合设施 embedded_facility
        社区嵌入式服务综合体 embedded_facility
        社区综合服务设施 community_service_facility
        社区公示栏 notice_board
    """,
}


@pytest.mark.parametrize("policy", NAMED)
def test_the_words_of_a_policy_have_a_category(policy: str, policies: Path) -> None:
    (file,) = policies.glob(f"{policy}-*.txt")
    text = file.read_text(encoding="utf-8")
    for line in NAMED[policy].split("\n"):
        if line.strip():
            words, code = line.split()
            assert words in text, words
            assert category_of(words) == code, words
