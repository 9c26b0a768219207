"use strict";
/** The layers: a strip to choose from, the graph of the chosen one, and a table of all operations. */
(() => {
  const { data, el, format, stageColor, graph } = autopar;
  const PAGE = 150;
  const holder = document.getElementById("layers-graph");
  const panel = document.getElementById("layers-detail");
  const select = document.getElementById("layers-group");
  const strip = document.getElementById("layers-strip");

  /** Number of the first layer of each repeated section. */
  const offset = new Map();
  let next = 0;
  const sections = [...new Set(data.strategies.filter((s) => s.block).map((s) => s.section))].sort((a, b) => a - b);
  for (const section of sections) {
    offset.set(section, next);
    next += Math.max(...data.strategies.filter((s) => s.section === section).map((s) => s.instances[1]));
  }
  const priceOf = new Map();
  data.layer_prices.forEach((price, index) => price.uses.forEach((use) => priceOf.set(use.join(), index)));
  const groups = data.strategies.map((s) => {
    const price = priceOf.get([s.stage, s.chunk, s.section, ...s.instances].join());
    const first = offset.get(s.section);
    const layers = s.block ? span(first + s.instances[0], first + s.instances[1]) : s.section < (sections[0] ?? 0) ? "before layers" : sections.length === 0 ? "whole model" : "after layers";
    return { strategy: s, price, layers, first };
  });
  function span(from, to) {
    return to - from === 1 ? String(from) : from + "–" + (to - 1);
  }

  groups.forEach((group, i) => {
    const s = group.strategy;
    const title = "stage " + s.stage + ": " + (s.block ? "layers " : "") + group.layers + (s.block ? " of " + s.block : "")
      + (s.recompute === "none" ? "" : ", " + s.recompute + " recompute");
    select.append(el("option", { value: i }, title));
  });

  const cells = [];
  groups.forEach((group, i) => {
    const s = group.strategy;
    if (!s.block) return;
    for (let k = s.instances[0]; k < s.instances[1]; k++) cells.push({ layer: group.first + k, group: i, strategy: s });
  });
  cells.sort((a, b) => a.layer - b.layer);
  for (const cell of cells) {
    const mark = { none: "", selective: "s", full: "f" }[cell.strategy.recompute];
    const button = el("button", { type: "button", "aria-pressed": "false",
      "aria-label": "layer " + cell.layer + ", stage " + cell.strategy.stage + ", recompute " + cell.strategy.recompute,
      title: "layer " + cell.layer + ", stage " + cell.strategy.stage + ", recompute " + cell.strategy.recompute,
      style: { background: stageColor(cell.strategy.stage) } }, String(cell.layer) + mark);
    button.addEventListener("click", () => choose(cell.group, cell.layer));
    cell.button = button;
    strip.append(button);
  }

  function choose(group, layer) {
    select.value = group;
    for (const cell of cells) cell.button.setAttribute("aria-pressed", String(layer === undefined ? cell.group === group : cell.layer === layer));
    graph.show(groups[group].price, holder, panel);
  }
  select.addEventListener("change", () => choose(Number(select.value)));
  const busy = (g) => (g.strategy.block ? 1 : 0) + data.layer_prices[g.price].flows.reduce((n, f) => n + f.forward.length + f.backward.length, 0) * (g.strategy.block ? 1 : 0);
  const first = groups.reduce((best, g, i) => (busy(g) > busy(groups[best]) ? i : best), 0);
  choose(first, cells.find((cell) => cell.group === first)?.layer);

  // The table.
  const rows = groups.flatMap((group) => {
    const price = data.layer_prices[group.price];
    return price.operations.map((operation) => {
      const moves = graph.incoming(price, operation).flatMap((flow) =>
        graph.moves(flow).map(([m, sign]) => sign + flow.value + ": " + graph.moveText(m)));
      const reads = operation.reads.map((o) => o.name + " : " + o.type);
      const writes = operation.writes.map((o) => o.name + " : " + o.type);
      const words = [group.layers, group.strategy.block, operation.name, operation.expression, ...reads, ...writes, ...moves].join("\n").toLowerCase();
      return { group, operation, moves, reads, writes, words };
    });
  });
  const body = document.querySelector("#layers-table tbody");
  const filter = document.getElementById("layers-filter");
  const stage = document.getElementById("layers-stage");
  const only = document.getElementById("layers-moves");
  const more = document.getElementById("layers-more");
  stage.append(el("option", { value: "" }, "all"), ...data.stages.map((s) => el("option", { value: s.index }, String(s.index))));
  let most = PAGE;

  function fill() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((r) => (stage.value === "" || String(r.group.strategy.stage) === stage.value)
      && (!only.checked || r.moves.length > 0) && words.every((w) => r.words.includes(w)));
    body.replaceChildren(...found.slice(0, most).map(line));
    more.hidden = found.length <= most;
    document.getElementById("layers-count").textContent = found.length + (found.length === 1 ? " operation" : " operations")
      + (found.length > most ? ", " + most + " shown" : "");
  }
  function line(r) {
    const lines = (list) => el("td", { class: "mono" }, ...list.map((item) => el("div", { title: item }, item)));
    return el("tr", {}, el("td", {}, el("i", { class: "swatch", style: { background: stageColor(r.group.strategy.stage) } }), String(r.group.strategy.stage)),
      el("td", {}, r.group.layers), el("th", { scope: "row", class: "mono" }, el("div", { title: r.operation.expression }, r.operation.name)),
      lines([...r.reads, ...r.writes.map((w) => "→ " + w)]), lines(r.moves), el("td", {}, format.seconds(r.operation.forward_s) + (r.operation.again ? " ×2" : ""), el("br"), format.seconds(r.operation.backward_s)));
  }
  const refilter = () => {
    most = PAGE;
    fill();
  };
  filter.addEventListener("input", refilter);
  stage.addEventListener("change", refilter);
  only.addEventListener("change", refilter);
  more.addEventListener("click", () => {
    most += PAGE;
    fill();
  });
  fill();
})();
