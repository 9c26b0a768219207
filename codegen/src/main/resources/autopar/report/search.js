"use strict";
/** What the search simulated: step time against memory, the front, the plan and the references. */
(() => {
  const { data, format, common, axis, tip, legendHeight } = autopar;
  const GIB = 2 ** 30;
  const explored = data.search.explored;
  const references = data.search.references.filter((r) => r.step_s !== undefined);
  const chosen = { layout: "", step_s: data.predicted.step_s, peak_memory_bytes: data.predicted.peak_memory_bytes, ...explored[0] };

  /** Layouts that no other one beats in both step time and memory. */
  function front(layouts) {
    const best = [];
    for (const layout of [...layouts].sort((a, b) => a.step_s - b.step_s || a.peak_memory_bytes - b.peak_memory_bytes)) {
      if (best.length === 0 || layout.peak_memory_bytes < best.at(-1).peak_memory_bytes) best.push(layout);
    }
    return best;
  }
  const pareto = front([...explored, ...references]);
  autopar.pareto = pareto;
  document.getElementById("search-lead").textContent = data.search.candidates.toLocaleString("en-US") + " stages and pipelines were priced and "
    + explored.length + " pipelines simulated. Left is faster, down needs less memory.";

  const point = (l) => ({ value: [l.step_s, l.peak_memory_bytes / GIB], layout: l });
  document.getElementById("search-chart").style.height = "380px";
  autopar.chart("search-chart", (t, width) => {
    const few = width < 560;
    const all = [...explored, ...references];
    const fastest = Math.min(data.predicted.lower_bound_s, chosen.step_s);
    const slowest = Math.max(...all.map((l) => l.step_s));
    const limit = data.cluster.usable_bytes_per_device / GIB;
    const least = Math.min(...all.map((l) => l.peak_memory_bytes / GIB));
    const room = Math.max((limit - least) * 0.12, limit * 0.01);
    return Object.assign(common(t), {
      grid: { left: few ? 54 : 70, right: few ? 14 : 30, top: legendHeight(["candidates", "Pareto front", "lower bound", ...references.map((r) => r.name), "this plan"], width, few) + 34, bottom: 46 },
      legend: { top: 0, left: 0, itemGap: few ? 8 : 14, textStyle: { color: t.ink, fontSize: few ? 11 : 12 }, inactiveColor: t.line },
      xAxis: axis(t, { type: "value", min: fastest - (slowest - fastest) * 0.04, max: slowest + (slowest - fastest) * 0.04, name: (slowest >= 2 ? "seconds" : slowest >= 2e-3 ? "milliseconds" : "microseconds") + " per step", nameLocation: "middle", nameGap: 28,
        splitNumber: few ? 3 : 8, axisLabel: { color: t.muted, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: (v) => format.tick(v, slowest).replace(/ \D+$/, "") } }),
      yAxis: axis(t, { type: "value", min: Math.max(0, least - room), max: limit + room, name: "GiB on the fullest device", nameLocation: "end",
        nameTextStyle: { color: t.muted, align: "left", padding: [0, 0, 0, few ? -44 : -54] },
        axisLabel: { color: t.muted, showMinLabel: false, showMaxLabel: false, formatter: (v) => Number(v.toPrecision(4)).toLocaleString("en-US") } }),
      tooltip: Object.assign(common(t).tooltip, { formatter: (p) => {
        const l = p.data.layout;
        return tip(l.name || (p.seriesName === "this plan" ? "this plan" : "candidate"), [["step", format.seconds(l.step_s)], ["to this plan", format.signed(l.step_s / chosen.step_s - 1)],
          ["memory", format.gib(l.peak_memory_bytes)], ["layout", l.layout]]);
      } }),
      series: [
        { name: "candidates", type: "scatter", symbolSize: 7, itemStyle: { color: t.muted, opacity: 0.45 }, data: explored.slice(1).map(point),
          markLine: { silent: true, symbol: "none", lineStyle: { color: t.limit, type: "dashed" }, label: { color: t.limit, position: "insideEndTop", formatter: "limit " + limit.toFixed(1) + " GiB" },
            data: [{ yAxis: limit }] } },
        { name: "Pareto front", type: "line", step: "end", symbol: "circle", symbolSize: 5, color: "#2f9e70", lineStyle: { width: 1.6 }, data: pareto.map(point) },
        { name: "lower bound", type: "line", symbol: "none", color: "#a8743f", data: [],
          markLine: { silent: true, symbol: "none", lineStyle: { color: "#a8743f", type: "dotted", width: 1.6 }, label: { show: false }, data: [{ xAxis: data.predicted.lower_bound_s }] } },
        ...references.map((r, i) => ({ name: r.name, type: "scatter", symbol: ["diamond", "triangle", "rect", "pin"][i % 4], symbolSize: 13, z: 4,
          itemStyle: { color: ["#8a63d2", "#e3a32c", "#20a3b5", "#cc4b8e"][i % 4], borderColor: t.card, borderWidth: 1 }, data: [point(r)] })),
        { name: "this plan", type: "scatter", symbol: "circle", symbolSize: 18, z: 5, itemStyle: { color: "transparent", borderColor: t.accent, borderWidth: 3 }, data: [point(chosen)] },
      ],
    });
  });
  autopar.opened();
})();
