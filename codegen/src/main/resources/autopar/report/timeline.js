"use strict";
/**
 * The step, a row per stage. Zoomed in, every slice is drawn; zoomed out, each column of a row shows
 * the shares of its seconds, so that nothing is lost where slices are thinner than a pixel.
 */
(() => {
  const { data, el, format, kindColor, common, axis, tip, hatch, chip } = autopar;
  const tracks = data.tracks;
  const stages = tracks.stages.map(decode);
  const kinds = tracks.kinds;
  const STEADY = kinds.indexOf("steady");
  const IDLE = kinds.indexOf("idle");
  const MOST_EXACT = 8000;
  const MOST_SHARES = 9000;
  const step = tracks.step_s;
  const summarised = tracks.detail[0] < tracks.detail[1];
  /** Seconds of a micro-batch on the slowest stage: the period of a steady pipeline. */
  const slowest = Math.max(...data.stages.map((s) => s.predicted.passes.reduce((sum, p) => sum + p.forward_s + p.backward_s, 0)));
  const shown = new Set(kinds.map((kind, i) => i));
  autopar.tracks = { stages, kinds, STEADY };

  function decode(stage) {
    const lanes = {};
    for (const lane of ["compute", "forward", "backward"]) {
      const flat = stage[lane];
      const slices = [];
      let at = 0;
      for (let i = 0; i < flat.length; i += 5) {
        const start = at + flat[i + 3];
        at = start + flat[i + 4];
        slices.push({ kind: flat[i], microBatch: flat[i + 1], chunk: flat[i + 2], start: start * tracks.unit, end: at * tracks.unit });
      }
      lanes[lane] = slices;
    }
    return lanes;
  }

  /** Index of the first slice that ends after {@code time}. */
  function firstAfter(slices, time) {
    let low = 0;
    let high = slices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (slices[middle].end > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function within(slices, from, to) {
    const found = [];
    for (let i = firstAfter(slices, from); i < slices.length && slices[i].start < to; i++) found.push(slices[i]);
    return found;
  }

  // A drawn thing: start, end, row, top and bottom of the row's height, kind, micro-batch, chunk, its seconds.
  const LANES = [["compute", 0.12, 0.74], ["forward", 0.76, 0.84], ["backward", 0.86, 0.94]];

  function exact(from, to) {
    const items = [];
    stages.forEach((stage, row) => {
      for (const [lane, top, bottom] of LANES) {
        for (const s of within(stage[lane], from, to)) {
          if (shown.has(s.kind)) items.push([s.start, s.end, row, top, bottom, s.kind, s.microBatch, s.chunk, s.end - s.start]);
        }
      }
    });
    return items;
  }

  function shares(from, to, width) {
    const most = Math.max(40, Math.min(Math.floor(width / 4), Math.floor(MOST_SHARES / (3 * stages.length))));
    // Whole periods, so that equal micro-batches look equal.
    const each = Math.max(Math.ceil((to - from) / most / slowest), 1) * slowest;
    const columns = Math.ceil((to - from) / each);
    const items = [];
    stages.forEach((stage, row) => {
      const sums = Array.from({ length: columns }, () => new Map());
      for (const s of within(stage.compute, from, to)) {
        const last = Math.min(columns - 1, Math.floor((s.end - from) / each));
        for (let c = Math.max(0, Math.floor((s.start - from) / each)); c <= last; c++) {
          const part = Math.min(s.end, from + (c + 1) * each) - Math.max(s.start, from + c * each);
          if (part > 0) sums[c].set(s.kind, (sums[c].get(s.kind) || 0) + part);
        }
      }
      sums.forEach((sum, c) => {
        let top = 0.12;
        for (const kind of [...sum.keys()].sort((a, b) => a - b)) {
          const bottom = top + (0.8 * sum.get(kind)) / Math.min(each, to - from - c * each);
          if (shown.has(kind)) items.push([from + c * each, Math.min(to, from + (c + 1) * each), row, top, bottom, kind, -1, -1, sum.get(kind)]);
          top = bottom;
        }
      });
    });
    return items;
  }

  function items(from, to, width) {
    let count = 0;
    for (const stage of stages) {
      for (const [lane] of LANES) {
        const slices = stage[lane];
        count += firstAfter(slices, to) - firstAfter(slices, from);
      }
    }
    const thin = count / stages.length > width / 2;
    mode = count > MOST_EXACT || thin ? "shares" : "exact";
    return mode === "exact" ? exact(from, to) : shares(from, to, width);
  }

  let mode = "exact";
  const some = Math.min(step, slowest * (stages.length + 6));
  const opening = summarised ? Math.min(some, tracks.detail[0]) : some;
  let window_ = [0, opening < step * 0.6 && stages.length > 1 ? opening : step];
  let pattern;

  function draw(params, api) {
    const kind = api.value(5);
    const from = api.coord([api.value(0), api.value(2)]);
    const to = api.coord([api.value(1), api.value(2)]);
    const height = api.size([0, 1])[1];
    const top = from[1] - height / 2 + api.value(3) * height;
    let x = Math.max(from[0], params.coordSys.x);
    let w = Math.min(to[0], params.coordSys.x + params.coordSys.width) - x;
    if (w <= 0) return null;
    if (mode === "exact" && w > 4) w -= 0.8;
    if (mode === "shares") w += 0.4;
    const h = (api.value(4) - api.value(3)) * height;
    const rect = { type: "rect", shape: { x, y: top, width: Math.max(w, 0.6), height: h },
      style: { fill: kind === IDLE ? pattern : kindColor(kinds[kind]) } };
    if (mode === "shares" || h < 14 || w < 18 || api.value(6) < 0 || kind === STEADY) return rect;
    const label = String(api.value(6));
    return { type: "group", children: [rect, { type: "text", silent: true, style: { text: label, x: x + w / 2, y: top + h / 2,
      align: "center", verticalAlign: "middle", fill: "#fff", fontSize: 11, textShadowColor: "rgba(0,0,0,.45)", textShadowBlur: 2 } }] };
  }

  function describe(params) {
    const [start, end, row, , , kind, microBatch, chunk, seconds] = params.value;
    const name = kinds[kind] + (microBatch >= 0 && kind !== STEADY ? " of micro-batch " + microBatch : "");
    if (mode === "shares" && kind !== STEADY) {
      return tip("stage " + row + ": " + kinds[kind], [["from", format.seconds(start)], ["to", format.seconds(end)],
        ["share", format.percent(seconds / (end - start))]]);
    }
    const rows = [["start", format.seconds(start)], ["lasts", format.seconds(seconds)]];
    if (kind === STEADY) rows.push(["passes", String(microBatch)]);
    if (chunk >= 0 && data.schedule.virtual_stages > 1) rows.push(["virtual stage", String(chunk)]);
    return tip("stage " + row + ": " + name, rows);
  }

  const holder = document.getElementById("timeline-chart");
  const rowHeight = stages.length > 32 ? 16 : stages.length > 12 ? 26 : 46;
  holder.style.height = stages.length * rowHeight + 92 + "px";
  const view = autopar.chart("timeline-chart", (t, width) => {
    pattern = hatch(t.hatch, t.soft);
    const few = width < 560;
    const slices = items(window_[0], window_[1], width - (few ? 42 : 82));
    note();
    return Object.assign(common(t), {
      grid: { left: few ? 34 : 66, right: few ? 8 : 16, top: 8, bottom: 76 },
      xAxis: axis(t, { type: "value", min: 0, max: step, name: "", splitNumber: few ? 3 : 8,
        axisLabel: { color: t.muted, hideOverlap: true, showMaxLabel: false, showMinLabel: false, formatter: (v) => format.tick(v, step) } }),
      yAxis: axis(t, { type: "category", inverse: true, data: stages.map((_, i) => (few ? "" : "stage ") + i), splitLine: { show: false },
        axisLabel: { color: t.ink, interval: stages.length > 32 ? 7 : 0 } }),
      dataZoom: [
        { type: "slider", xAxisIndex: 0, height: 22, bottom: 10, startValue: window_[0], endValue: window_[1], showDataShadow: false,
          brushSelect: false, borderColor: t.line, backgroundColor: t.soft, fillerColor: t.accent + "33",
          labelFormatter: (v) => format.seconds(v), textStyle: { color: t.muted } },
        { type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, startValue: window_[0], endValue: window_[1] },
      ],
      tooltip: Object.assign(common(t).tooltip, { formatter: describe }),
      series: [{ id: "slices", type: "custom", renderItem: draw, encode: { x: [0, 1], y: 2 }, clip: true, progressive: 0,
        data: slices }],
    });
  });

  function refill() {
    const width = holder.clientWidth - (holder.clientWidth < 560 ? 42 : 82);
    view.instance.setOption({ series: [{ id: "slices", data: items(window_[0], window_[1], width) }] });
    note();
  }

  view.instance.on("datazoom", () => {
    const zoom = view.instance.getOption().dataZoom[0];
    window_ = [zoom.startValue, zoom.endValue];
    refill();
  });

  function go(from, to) {
    const span = Math.min(step, Math.max(to - from, step * 1e-6));
    const start = Math.min(Math.max(0, from), step - span);
    view.instance.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue: start, endValue: start + span });
  }
  function zoom(factor) {
    const middle = (window_[0] + window_[1]) / 2;
    const half = ((window_[1] - window_[0]) * factor) / 2;
    go(middle - half, middle + half);
  }

  const end = Math.max(...stages.map((s) => s.compute.filter((c) => c.kind !== IDLE).at(-1).end));
  const buttons = [["Whole step", () => go(0, step)], ["Start", () => go(0, opening)],
    ["Steady", () => go(step / 2 - slowest * 3, step / 2 + slowest * 3)], ["End", () => go(end - opening, end)],
    ["Zoom in", () => zoom(0.5)], ["Zoom out", () => zoom(2)]];
  document.getElementById("timeline-controls").append(...buttons.filter(([name]) => !(summarised && name === "Steady"))
    .map(([name, act]) => el("button", { type: "button", onclick: act }, name)));

  holder.addEventListener("keydown", (event) => {
    const span = window_[1] - window_[0];
    const act = { "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: () => go(0, step),
      ArrowRight: () => go(window_[0] + span / 4, window_[1] + span / 4),
      ArrowLeft: () => go(window_[0] - span / 4, window_[1] - span / 4) }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  const used = new Set(stages.flatMap((s) => LANES.flatMap(([lane]) => s[lane].map((slice) => slice.kind))));
  kinds.forEach((kind, i) => {
    if (!used.has(i)) return;
    const color = i === IDLE ? "repeating-linear-gradient(135deg, var(--hatch) 0 1.5px, var(--soft) 1.5px 4px)" : kindColor(kind);
    document.getElementById("timeline-legend").append(chip(i === IDLE ? "idle (bubble)" : kind, true, color, (on) => {
      if (on) shown.add(i);
      else shown.delete(i);
      refill();
    }));
  });

  const p = data.predicted;
  document.getElementById("timeline-lead").textContent = data.micro_batches + " micro-batches pass through " + stages.length
    + (stages.length === 1 ? " stage" : " stages") + " in " + format.seconds(step) + "; devices wait "
    + format.percent(p.bubble_fraction) + " of the time.";
  function note() {
    const lines = [mode === "exact" ? (holder.clientWidth < 560 ? "Thin" : "Numbers are micro-batches; thin") + " bars below a row are messages to its neighbours."
      : "Zoomed out: each column shows the shares of its time. Zoom in to see passes."];
    if (summarised) {
      lines.push("Passes are listed for the first and last " + format.seconds(tracks.detail[0]) + "; what is between is one bar per stage.");
    }
    lines.push("Drag to move, Ctrl and wheel to zoom.");
    document.getElementById("timeline-note").textContent = lines.join(" ");
  }
})();
