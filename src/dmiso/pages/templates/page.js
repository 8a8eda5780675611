"use strict";
// Tables that sort and filter, and drawings that are saved: what a page can do more where scripts run. It asks for
// nothing from anywhere; without it the page shows the same.
(() => {
  const element = (tag, values, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };

  // ---- tables ----
  const rowsOf = (body) => [...body.rows].filter((row) => !row.classList.contains("group"));

  const compare = (column, sign) => (one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    const [x, y] = [a.dataset.value, b.dataset.value];
    if (x !== undefined && y !== undefined) {
      const difference = Number(x) - Number(y);
      return Number.isNaN(difference) ? 0 : sign * difference;
    }
    const [missingA, missingB] = [a.textContent === "–", b.textContent === "–"];
    if (missingA || missingB) return missingA - missingB; // what is missing comes last, either way
    return sign * a.textContent.localeCompare(b.textContent, "en", { numeric: true });
  };

  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const first = new Map([...table.tBodies].map((body) => [body, rowsOf(body)]));
    heads.forEach((head, column) => {
      const button = element("button", { type: "button" }, element("span", { textContent: head.textContent }));
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const order = head.classList.contains("number") ? ["descending", "ascending", "none"] : ["ascending", "descending", "none"];
        const next = order[(order.indexOf(head.getAttribute("aria-sort")) + 1) % 3];
        heads.forEach((other) => other.setAttribute("aria-sort", other === head ? next : "none"));
        for (const [body, rows] of first) {
          const sign = next === "descending" ? -1 : 1;
          body.append(...(next === "none" ? rows : [...rows].sort(compare(column, sign))));
        }
      });
    });
  };

  const makeFilter = (table, number) => {
    const rows = [...table.tBodies].flatMap(rowsOf);
    if (rows.length < 8) return;
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const input = element("input", { type: "search", id: `filter-${number}` });
    const shown = element("span", { className: "shown" });
    shown.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      for (const row of rows) {
        row.hidden = !words.every((word) => texts.get(row).includes(word));
        n += !row.hidden;
      }
      shown.textContent = words.length ? `${n} of ${rows.length} rows` : "";
    });
    const label = element("label", { htmlFor: input.id, textContent: "Filter rows" });
    table.closest(".table").prepend(element("div", { className: "filter" }, label, input, shown));
  };

  document.querySelectorAll("table.sortable").forEach((table, number) => {
    makeSortable(table);
    makeFilter(table, number);
  });

  // ---- drawings ----
  const DOTS = 300; // per inch
  const save = (blob, name) => {
    const link = element("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const inches = (svg) => {
    const per = { pt: 72, in: 1, cm: 2.54, mm: 25.4, px: 96, "": 96 };
    const found = /^([\d.]+)\s*([a-z]*)$/.exec(svg.getAttribute("width") || "");
    const box = svg.viewBox.baseVal;
    const width = found && per[found[2]] ? Number(found[1]) / per[found[2]] : box.width / 96;
    return [width, (width * box.height) / box.width];
  };

  const source = (svg) => '<?xml version="1.0" encoding="utf-8"?>\n' + new XMLSerializer().serializeToString(svg);

  const checksum = (bytes) => {
    let sum = 0xffffffff;
    for (const byte of bytes) {
      sum ^= byte;
      for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum;
  };

  // a canvas writes no resolution: pHYs, in dots per metre, goes behind the header of 33 bytes
  const withResolution = async (blob) => {
    const png = await blob.arrayBuffer();
    const chunk = new DataView(new ArrayBuffer(21));
    const perMetre = Math.round(DOTS / 0.0254);
    chunk.setUint32(0, 9);
    [..."pHYs"].forEach((letter, i) => chunk.setUint8(4 + i, letter.charCodeAt(0)));
    chunk.setUint32(8, perMetre);
    chunk.setUint32(12, perMetre);
    chunk.setUint8(16, 1);
    chunk.setInt32(17, checksum(new Uint8Array(chunk.buffer, 4, 13)));
    return new Blob([png.slice(0, 33), chunk.buffer, png.slice(33)], { type: "image/png" });
  };

  const savePng = (svg, name) => {
    const [width, height] = inches(svg);
    const canvas = element("canvas", { width: Math.round(width * DOTS), height: Math.round(height * DOTS) });
    const sized = svg.cloneNode(true);
    sized.setAttribute("width", canvas.width);
    sized.setAttribute("height", canvas.height);
    const image = new Image();
    image.addEventListener("load", () => {
      const context = canvas.getContext("2d");
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(async (blob) => save(await withResolution(blob), name), "image/png");
    });
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source(sized));
  };

  const printOne = (figure) => {
    const [width, height] = inches(figure.querySelector("svg"));
    const paper = element("style", { textContent: `@page { size: ${width + 0.4}in ${height + 0.4}in; margin: .2in }` });
    figure.classList.add("printed");
    document.documentElement.classList.add("printing-one");
    document.head.append(paper);
    window.print();
    paper.remove();
    document.documentElement.classList.remove("printing-one");
    figure.classList.remove("printed");
  };

  document.querySelectorAll("figure[data-name]").forEach((figure) => {
    const svg = figure.querySelector("svg");
    const saves = figure.querySelector(".saves");
    const name = figure.dataset.name;
    const button = (label, act) => {
      const made = element("button", { type: "button", className: "save", textContent: label });
      made.setAttribute("aria-label", `${label}: ${name}`);
      made.addEventListener("click", act);
      return made;
    };
    saves.prepend(
      button("Save as SVG", () => save(new Blob([source(svg)], { type: "image/svg+xml" }), `${name}.svg`)),
      button("Save as PNG, 300 dpi", () => savePng(svg, `${name}.png`)),
    );
    if (!saves.querySelector("a")) saves.append(button("Print or save as PDF", () => printOne(figure)));
  });

  // ---- paper has no folds ----
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((details) => (details.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
})();
