"use strict";
/** What a device holds: per stage at the peak, and for one device over the step. */
(() => {
  const { data, el, format, kindColor, common, axis, tip, tracks, legendHeight } = autopar;
  const GIB = 2 ** 30;
  const limits = data.stages.map((stage) => autopar.usableBytes(stage) / GIB);
  const limit = Math.max(...limits);
  const alike = limits.every((own) => own === limit);
  const parts = ["parameters", "gradients", "optimizer", "activations", "workspace"];
  const holder = document.getElementById("memory-chart");
  const rowHeight = data.stages.length > 48 ? 11 : data.stages.length > 24 ? 18 : 40;

  /** A line at one limit, or from stage to stage a mark at each. */
  function limitMarks(t) {
    return alike ? { markLine: limitLine(t, "y", limit) } : { markPoint: { silent: true, symbol: "rect", symbolSize: [2, rowHeight * 0.7], itemStyle: { color: t.limit },
      label: { show: false }, data: limits.map((own, i) => ({ coord: [own, i] })) } };
  }

  function limitLine(t, along, limit) {
    return { silent: true, symbol: "none", lineStyle: { color: t.limit, width: 1.5, type: "dashed" },
      label: { color: t.limit, formatter: "limit " + limit.toFixed(1) + " GiB", position: along === "x" ? "insideEndTop" : "start", rotate: 0,
        align: along === "x" ? "right" : "center" },
      data: [along === "x" ? { yAxis: limit } : { xAxis: limit }] };
  }

  autopar.chart("memory-chart", (t, width) => {
    const few = width < 560;
    holder.style.height = data.stages.length * rowHeight + legendHeight(parts, width, few) + 66 + "px";
    return Object.assign(common(t), {
      grid: { left: few ? 34 : 66, right: few ? 30 : 70, top: legendHeight(parts, width, few) + 26, bottom: 36 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, itemGap: few ? 8 : 14, textStyle: { color: t.ink, fontSize: few ? 11 : 12 }, inactiveColor: t.line },
      xAxis: axis(t, { type: "value", max: Math.ceil((limit * 1.04) / 5) * 5, splitNumber: few ? 4 : 8,
        axisLabel: { color: t.muted, hideOverlap: true, showMaxLabel: false, formatter: "{value} GiB" } }),
      yAxis: axis(t, { type: "category", inverse: true, data: data.stages.map((s) => (few ? "" : "stage ") + s.index), splitLine: { show: false }, axisLabel: { color: t.ink } }),
      tooltip: Object.assign(common(t).tooltip, { formatter: (p) => {
        const memory = data.stages[p.dataIndex].predicted.memory_bytes;
        return tip("stage " + p.dataIndex, [...parts.map((part) => [part, format.gib(memory[part])]), ["total", format.gib(memory.total)],
          ["free", format.gib(limits[p.dataIndex] * GIB - memory.total)]]);
      } }),
      series: parts.map((part, i) => ({ name: part, type: "bar", stack: "memory", barWidth: "58%", itemStyle: { color: kindColor(part) },
        data: data.stages.map((s) => s.predicted.memory_bytes[part] / GIB), ...(i === 0 ? limitMarks(t) : {}) })),
    });
  });

  /** [seconds, bytes of activations] whenever they change on a stage. */
  function held(stage) {
    const perChunk = data.held_bytes_per_pass[stage];
    const { kinds, STEADY } = tracks;
    const points = [[0, 0]];
    const peak = data.stages[stage].predicted.memory_bytes.activations;
    let bytes = 0;
    for (const slice of tracks.stages[stage].compute) {
      if (slice.kind === STEADY) {
        points.push([slice.start, peak], [slice.end, peak]);
        bytes = peak;
      } else if (kinds[slice.kind] === "forward") {
        bytes += perChunk[slice.chunk];
        points.push([slice.start, bytes]);
      } else if (kinds[slice.kind] === "backward") {
        bytes = Math.max(0, bytes - perChunk[slice.chunk]);
        points.push([slice.end, bytes]);
      }
    }
    points.push([data.predicted.step_s, bytes]);
    return points;
  }
  autopar.held = held;

  const select = document.getElementById("memory-device");
  const perStage = data.devices > 256;
  for (const stage of data.stages) {
    const ranks = perStage ? stage.devices.slice(0, 1) : stage.devices;
    for (const rank of ranks) select.append(el("option", { value: stage.index + ":" + rank }, rank + " (stage " + stage.index + ")"));
  }
  const view = autopar.chart("memory-time", (t, width) => {
    const few = width < 560;
    const stage = Number(select.value.split(":")[0]);
    const memory = data.stages[stage].predicted.memory_bytes;
    const steady = (memory.total - memory.activations) / GIB;
    const points = held(stage).map(([s, b]) => [s, b / GIB]);
    const step = data.predicted.step_s;
    return Object.assign(common(t), {
      grid: { left: few ? 58 : 66, right: few ? 10 : 24, top: 40, bottom: 70 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: t.ink }, icon: "roundRect" },
      xAxis: axis(t, { type: "value", min: 0, max: step, splitNumber: few ? 3 : 8, axisLabel: { color: t.muted, hideOverlap: true, showMaxLabel: false, formatter: (v) => format.tick(v, step) } }),
      yAxis: axis(t, { type: "value", min: 0, max: Math.ceil((limits[stage] * 1.08) / 10) * 10, axisLabel: { color: t.muted, showMaxLabel: false, formatter: "{value} GiB" } }),
      dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl" }, { type: "slider", height: 18, bottom: 10, showDataShadow: false, brushSelect: false,
        borderColor: t.line, backgroundColor: t.soft, fillerColor: t.accent + "33", labelFormatter: (v) => format.seconds(v), textStyle: { color: t.muted } }],
      tooltip: Object.assign(common(t).tooltip, { trigger: "axis", formatter: (ps) => tip("at " + format.seconds(ps[0].value[0]),
        [["activations", (ps[0].value[1] - steady).toFixed(1) + " GiB"], ["everything", ps[0].value[1].toFixed(1) + " GiB"]]) }),
      series: [
        { name: "activations", type: "line", step: "end", symbol: "none", lineStyle: { width: 0 }, color: kindColor("activations"),
          areaStyle: { color: kindColor("activations"), opacity: 1 }, data: points.map(([s, a]) => [s, steady + a]) },
        { name: "parameters, gradients, optimizer, workspace", type: "line", symbol: "none", lineStyle: { width: 0 }, color: kindColor("parameters"),
          areaStyle: { color: kindColor("parameters"), opacity: 1 }, data: [[0, steady], [step, steady]], markLine: limitLine(t, "x", limits[stage]) },
      ],
    });
  });
  function lead() {
    const stage = Number(select.value.split(":")[0]);
    const top = Math.max(...held(stage).map((p) => p[1]));
    document.getElementById("memory-lead").textContent = "keeps at most " + format.gib(top) + " of activations; "
      + format.gib(data.stages[stage].predicted.memory_bytes.total - top) + " stay for the whole step."
      + (perStage ? " All devices of a stage hold as much." : "");
  }
  select.addEventListener("change", () => {
    view.draw();
    lead();
  });
  document.addEventListener("device", (event) => {
    const option = [...select.options].find((o) => o.value.endsWith(":" + event.detail));
    if (option) {
      select.value = option.value;
      view.draw();
      lead();
    }
  });
  lead();
})();
