"use strict";
/** The devices, host by host, and what each one holds. */
(() => {
  const { data, el, format, stageColor, kindColor } = autopar;
  const MOST_DEVICES = 4096;
  const perHost = data.cluster.devices_per_host;
  const { hosts, hostOf, usableBytes } = autopar;
  const place = new Map();
  data.stages.forEach((stage) => stage.devices.forEach((rank, position) => place.set(rank, { stage, position })));
  const map = document.getElementById("cluster-map");
  const panel = document.getElementById("cluster-device");
  const cells = [];
  const shown = Math.min(data.devices, MOST_DEVICES);
  const compact = data.devices > 256;
  map.style.setProperty("--columns", compact ? perHost : Math.min(perHost, 8));
  map.style.setProperty("--host", compact ? "7.5rem" : data.devices > 64 ? "14rem" : data.devices > 4 * perHost ? "20rem" : "100%");
  map.style.setProperty("--cell", compact ? "1.05rem" : "2.4rem");

  hosts.forEach((host, index) => {
    if (host.first >= shown) return;
    const row = el("div");
    for (let rank = host.first; rank < Math.min(host.first + host.devices_per_host, shown); rank++) {
      row.append(cell(rank));
    }
    map.append(el("div", { class: "host" }, el("span", {}, "host " + index + (data.cluster.host_groups ? ", " + host.device : "")), row));
  });
  if (shown < data.devices) {
    map.after(el("p", { class: "note" }, "The first " + shown + " of " + data.devices + " devices are drawn."));
  }

  if (data.stages.length <= 32) {
    map.after(el("ul", { class: "legend" }, ...data.stages.map((s) => el("li", {}, el("i", { class: "swatch", style: { background: stageColor(s.index) } }),
      el("b", {}, "stage " + s.index), ", layers " + layers(s) + ", " + s.devices.length + (s.devices.length === 1 ? " device" : " devices")))));
  }

  function cell(rank) {
    const at = place.get(rank);
    const button = el("button", { type: "button", class: at ? "device" : "device idle", tabindex: rank === 0 ? "0" : "-1",
      "aria-label": "device " + rank + (at ? ", stage " + at.stage.index : ", idle") }, compact ? "" : String(rank));
    if (at) button.style.background = stageColor(at.stage.index);
    button.addEventListener("mouseenter", () => show(rank));
    button.addEventListener("focus", () => show(rank));
    button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("device", { detail: rank })));
    cells.push(button);
    return button;
  }

  map.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perHost, ArrowUp: -perHost }[event.key];
    const here = cells.indexOf(document.activeElement);
    if (step === undefined || here < 0 || !cells[here + step]) return;
    event.preventDefault();
    cells[here].tabIndex = -1;
    cells[here + step].tabIndex = 0;
    cells[here + step].focus();
  });

  /** The mesh coordinates of a position: row-major, the last axis fastest. */
  function coordinates(stage, position) {
    const parts = [];
    for (const axis of [...stage.mesh].reverse()) {
      if (axis.size > 1) parts.unshift(axis.axis + " " + (position % axis.size) + " of " + axis.size);
      position = Math.floor(position / axis.size);
    }
    return parts.join(", ") || "one device";
  }

  function show(rank) {
    for (const other of map.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    cells[rank].setAttribute("aria-current", "true");
    const at = place.get(rank);
    const number = hostOf(rank);
    const host = "host " + number + ", slot " + (rank - hosts[number].first) + (data.cluster.host_groups ? ", " + hosts[number].device : "");
    if (!at) {
      panel.replaceChildren(el("h4", {}, "Device " + rank), el("p", {}, host + ". Idle: using it would be slower."));
      return;
    }
    const stage = at.stage;
    const memory = stage.predicted.memory_bytes;
    const limit = usableBytes(stage);
    const bar = el("div", { class: "bar", "aria-hidden": "true" });
    const rows = [["place", host], ["stage", stage.index + " of " + data.stages.length], ["mesh", coordinates(stage, at.position)],
      ["layers", layers(stage)], ["ZeRO", String(stage.zero)]];
    for (const part of ["parameters", "gradients", "optimizer", "activations", "workspace"]) {
      bar.append(el("i", { style: { width: (100 * memory[part]) / limit + "%", background: kindColor(part) } }));
      rows.push([part, format.gib(memory[part])]);
    }
    rows.push(["total", format.gib(memory.total) + " of " + format.gib(limit)]);
    panel.replaceChildren(el("h4", {}, "Device " + rank), bar,
      el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
  }

  function layers(stage) {
    const numbers = stage.layers.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
    return numbers.length === 0 ? "none" : format.ranges(numbers) + " (" + numbers.length + ")";
  }
  show(0);
})();
