/* Keeps each input of a return on this device until the platform has it.

   drafts: one for each field that differs from the platform, under user, return, question, row.
   batches: what is being sent, under an id of its own: sent again, the platform knows it. */
"use strict";
{
  const form = document.querySelector("form[data-device]");
  const told = form.dataset;
  const status = document.querySelector("#device-status");
  const [user, back] = [Number(told.user), Number(told.back)];
  const AGAIN_MS = 20000;
  const IDLE_MS = 1500;
  const KEPT = "lifecircle-surveys";
  let store, seen = Number(told.seen), busy = false, timer;

  const asked = (one) =>
    new Promise((good, bad) => {
      one.onsuccess = () => good(one.result);
      one.onerror = () => bad(one.error);
    });

  const opened = () => {
    const request = indexedDB.open(KEPT, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts", { keyPath: ["user", "back", "question", "row"] });
      request.result.createObjectStore("batches", { keyPath: "instance" });
    };
    return asked(request);
  };

  /* Runs one transaction; what it wrote is on the disk when this returns. */
  const within = (names, mode, work) =>
    new Promise((good, bad) => {
      const all = store.transaction(names, mode, { durability: "strict" });
      let result;
      all.oncomplete = () => good(result);
      all.onerror = all.onabort = () => bad(all.error);
      Promise.resolve(work(...names.map((name) => all.objectStore(name)))).then((got) => (result = got));
    });

  const ours = (one) => one.user === user && one.back === back;
  const everything = (name) => within([name], "readonly", (at) => asked(at.getAll()));
  const drafts = async () => (await everything("drafts")).filter(ours);
  const batch = async () => (await everything("batches")).find(ours);

  /* Fields */
  const fields = (question, row) =>
    [...form.querySelectorAll("[data-question]")].filter(
      (one) => one.dataset.question === question && one.dataset.row === row,
    );
  const value = (at) => {
    if (at.type === "file") return at.files[0] || "";
    if (at.type === "radio") return fields(at.dataset.question, at.dataset.row).find((one) => one.checked)?.value ?? "";
    if (at.multiple) return [...at.selectedOptions].map((one) => one.value).sort().join(" ");
    return at.value.trim();
  };
  const fill = (at, now) => {
    if (at.type === "file") return;
    if (at.type === "radio") at.checked = at.value === now;
    else if (at.multiple) for (const one of at.options) one.selected = now.split(" ").includes(one.value);
    else at.value = now;
  };
  const mark = (question, row, text, bad) => {
    const place = fields(question, row)[0]?.closest(".field");
    if (!place) return;
    let badge = place.querySelector(".device-mark");
    if (!badge && text) {
      badge = document.createElement("p");
      badge.className = "device-mark badge";
      place.append(badge);
    }
    if (badge) {
      badge.textContent = text;
      badge.hidden = !text;
      badge.classList.toggle("bad", Boolean(bad));
    }
  };

  /* Rows that a community adds */
  const grow = (section, key) => {
    const blank = document.querySelector(`template[data-section="${section}"]`);
    const card = document.createElement("div");
    card.innerHTML = blank.innerHTML.replaceAll(told.copied, key);
    card.className = "device-new";
    blank.before(card);
    return card;
  };
  const section_of = (question) =>
    [...document.querySelectorAll("template[data-section]")].find((one) =>
      one.content.querySelector(`[data-question="${question}"]`),
    )?.dataset.section;

  const show = async () => {
    const held = await drafts();
    const waiting = held.filter((one) => !one.wrong);
    localStorage.setItem("lifecircle-unsent", String((await everything("drafts")).length));
    document.querySelector("#device-differs").hidden = !held.some((one) => one.held);
    if (!held.length) status.textContent = told.sent;
    else status.textContent = told.waiting.replace("{count}", held.length) + (navigator.onLine ? "" : told.offline);
    status.dataset.waiting = String(held.length);
    for (const one of waiting) mark(one.question, one.row, told.mark);
    return held;
  };
  const say = (text) => (status.textContent = `${status.textContent} ${text}`);

  const keep = async (at) => {
    const { question, row } = at.dataset;
    const now = value(at);
    if (at.type === "file" && !now) return;
    await within(["drafts"], "readwrite", (all) => {
      all.put({ user, back, question, row, value: now, seen, at: Date.now() + Math.random() });
    });
    await show();
    clearTimeout(timer);
    timer = setTimeout(send, IDLE_MS);
  };

  /* What was kept comes back into the fields; what the platform has by now is dropped. */
  const restore = async () => {
    for (const one of await drafts()) {
      if (!fields(one.question, one.row).length && one.row.startsWith("new-")) {
        const section = section_of(one.question);
        if (section) grow(section, one.row.slice(4));
      }
      const at = fields(one.question, one.row)[0];
      if (!at) continue;
      if (at.type !== "file" && value(at) === one.value) {
        await within(["drafts"], "readwrite", (all) => all.delete([user, back, one.question, one.row]));
      } else for (const field of fields(one.question, one.row)) fill(field, one.value);
    }
  };

  const prepared = async () => {
    const old = await batch();
    if (old) return old;
    const ready = (await drafts()).filter((one) => !one.held && !one.wrong);
    if (!ready.length) return null;
    const made = { instance: crypto.randomUUID(), user, back, seen: Math.min(...ready.map((one) => one.seen)), ready };
    await within(["batches"], "readwrite", (all) => { all.put(made); });
    return made;
  };

  const body = (made, key) => {
    const parts = new FormData();
    const answers = made.ready.map(({ question, row, value: given }, at) => {
      if (!(given instanceof Blob)) return { question, row, value: given };
      parts.append(`photo-${at}`, given, "photo");
      return { question, row, value: { file: `photo-${at}` } };
    });
    parts.append("told", JSON.stringify({ instance: made.instance, seen: made.seen, answers }));
    parts.append("csrfmiddlewaretoken", key);
    return parts;
  };

  /* Drops a batch; of its drafts those that were not touched since, or all with a word on them. */
  const settle = (made, change) =>
    within(["batches", "drafts"], "readwrite", async (batches, all) => {
      batches.delete(made.instance);
      for (const sent of made.ready) {
        const now = await asked(all.get([user, back, sent.question, sent.row]));
        if (now && now.at === sent.at) change(all, now);
        if (now && now.at === sent.at) mark(sent.question, sent.row, "");
      }
    });

  async function post(made) {
    const session = await fetch(told.key, { redirect: "manual", cache: "no-store" });
    if (!session.ok) return say(told.signin);
    const { user: now, key } = await session.json();
    if (now !== user) return say(told.signin);
    const answer = await fetch(location.pathname, { method: "POST", body: body(made, key), redirect: "manual" });
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) return say(told.failed);
    const got = await answer.json();
    if (answer.ok) {
      seen = got.seen;
      await settle(made, (all, one) => all.delete([user, back, one.question, one.row]));
      await show();
      return send.again = true;
    }
    if (answer.status === 422) {
      const why = new Map(got.faults.map((one) => [`${one.question} ${one.row}`, one.reason]));
      await settle(made, (all, one) => {
        if (why.has(`${one.question} ${one.row}`)) all.put({ ...one, wrong: true });
      });
      await show();
      for (const one of got.faults) mark(one.question, one.row, one.reason, true);
      send.again = why.size > 0;
    } else if (answer.status === 409) {
      await settle(made, (all, one) => all.put({ ...one, held: true }));
      await show();
    } else await settle(made, () => {});
    return say(got.reason);
  }

  async function send() {
    if (busy || !navigator.onLine) return;
    busy = true;
    send.again = false;
    try {
      const one = () => prepared().then((made) => made && post(made));
      await (navigator.locks ? navigator.locks.request(KEPT, one) : one());
    } catch {
      await show();
      say(told.failed);
    } finally {
      busy = false;
    }
    if (send.again) await send();
  }

  /* Of what another answered meanwhile: this device's word holds, or the platform's. */
  const decide = (choose) => async () => {
    await within(["drafts"], "readwrite", async (all) => {
      for (const one of await asked(all.getAll())) if (ours(one) && one.held) choose(all, one);
    });
    location.reload();
  };

  /* The page itself lies in the worker's store after its first visit. */
  const settled = async () => {
    await navigator.serviceWorker.register(told.worker, { scope: "/surveys/" });
    const files = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
    const wanted = files.map((one) => new URL(one.src || one.href).pathname);
    const kept = await caches.open(KEPT);
    await kept.addAll([location.pathname, ...wanted]);
    await navigator.storage?.persist?.();
    form.dataset.ready = "yes";
  };

  const start = async () => {
    if (!isSecureContext || !navigator.serviceWorker) {
      document.querySelector("#device-unsafe").hidden = false;
      return;
    }
    store = await opened();
    await restore();
    form.hidden = false;
    await show();
    form.addEventListener("input", (event) => event.target.dataset.question && keep(event.target));
    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    for (const add of document.querySelectorAll("[data-add]")) {
      add.addEventListener("click", () => grow(add.dataset.add, crypto.randomUUID()).querySelector("input, select, textarea").focus());
    }
    document.querySelector("#device-mine").addEventListener("click", decide((all, one) => all.put({ ...one, held: false, seen })));
    document.querySelector("#device-theirs").addEventListener("click", decide((all, one) => all.delete([user, back, one.question, one.row])));
    addEventListener("online", send);
    addEventListener("offline", show);
    setInterval(send, AGAIN_MS);
    await settled().catch(() => say(navigator.onLine ? told.unkept : ""));
    await send();
  };
  start();
}
