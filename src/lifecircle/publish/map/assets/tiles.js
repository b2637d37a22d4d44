"use strict";
/* Street tiles: by byte ranges where a server offers them, else the whole file, else a script. */
{
  const { load, part } = lifecircle.base;
  const FILE = "data/streets.pmtiles";
  const SCHEME = "pmtiles";

  /* A file that may be asked for its bytes in any order; a server without ranges sends it whole. */
  class Source {
    getKey() { return FILE; }

    async getBytes(offset, length) {
      this.whole ??= null;
      if (!this.whole) {
        if (location.protocol === "file:") this.whole = this.fromScript();
        else {
          const answer = await fetch(FILE, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
          if (answer.status === 206) return { data: await answer.arrayBuffer() };
          // some servers send no file whose ending they do not know
          this.whole = answer.ok ? answer.arrayBuffer() : this.fromScript();
        }
      }
      return { data: (await this.whole).slice(offset, offset + length) };
    }

    /* A page opened by double click may not read its own folder, but may run its scripts. */
    async fromScript() {
      const text = await part("streets");
      return (await fetch(`data:application/octet-stream;base64,${text}`)).arrayBuffer();
    }
  }

  /** Teach the map library to take street tiles, and return the source to add to a map. */
  async function ready(library) {
    await load("parts/pmtiles.js");
    const archive = new window.pmtiles.PMTiles(new Source());
    library.addProtocol(SCHEME, async ({ url }) => {
      const [z, x, y] = url.slice(SCHEME.length + 3).split("/").map(Number);
      return { data: (await archive.getZxy(z, x, y))?.data ?? new ArrayBuffer(0) };
    });
    const { minZoom, maxZoom, minLon, minLat, maxLon, maxLat } = await archive.getHeader();
    return {
      type: "vector", tiles: [`${SCHEME}://{z}/{x}/{y}`], minzoom: minZoom, maxzoom: maxZoom,
      bounds: [minLon, minLat, maxLon, maxLat],
    };
  }

  lifecircle.tiles = { ready };
}
