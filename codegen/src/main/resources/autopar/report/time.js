"use strict";
/** Seconds of one step by what they are spent on, exposed and hidden, per stage. */
(() => {
  const { data, el, format, kindColor, common, axis, tip, hatch, legendHeight } = autopar;
  const NAMES = { "parameter-gather": "gather parameters (ZeRO-3)", "gradient-scatter": "scatter gradients (ZeRO)", "gradient-sync": "gradient sync",
    "tied-gradients": "tied gradients", send: "send to neighbours", host: "host work" };
  const order = ["forward", "recompute", "backward", "all-reduce", "all-gather", "reduce-scatter", "all-to-all", "broadcast",
    "parameter-gather", "gradient-scatter", "send", "gradient-sync", "tied-gradients", "update", "host"];
  const step = data.predicted.step_s;
  const rows = data.stages.map((stage) => {
    const exposed = {};
    const hidden = {};
    let sum = data.predicted.fixed_step_s;
    exposed.host = sum;
    for (const part of stage.predicted.time) {
      const times = part.per === "micro_batch" ? data.micro_batches : 1;
      exposed[part.part] = (exposed[part.part] || 0) + times * part.exposed_s;
      if (part.hidden_s > 0) hidden[part.part] = times * part.hidden_s;
      sum += times * part.exposed_s;
    }
    exposed.waiting = Math.max(0, step - sum);
    return { exposed, hidden };
  });
  autopar.time = rows;
  const parts = order.filter((part) => rows.some((r) => r.exposed[part] > 0));
  const concealed = order.filter((part) => rows.some((r) => r.hidden[part] > 0));
  const name = (part) => NAMES[part] || part;
  let share = false;

  const holder = document.getElementById("time-chart");
  const rowHeight = rows.length > 48 ? 11 : rows.length > 24 ? 18 : 46;
  const view = autopar.chart("time-chart", (t, width) => {
    const few = width < 560;
    const legend = legendHeight([...parts, "waiting"].map(name).concat(concealed.map((part) => name(part) + ", hidden")), width, few) + 14;
    holder.style.height = rows.length * rowHeight + legend + 44 + "px";
    const wait = hatch(t.hatch, t.soft);
    const value = (seconds) => (share ? seconds / step : seconds);
    const series = [...parts, "waiting"].map((part) => ({
      name: name(part), type: "bar", stack: "exposed", barWidth: "44%", barGap: "12%", itemStyle: { color: part === "waiting" ? wait : kindColor(part) },
      data: rows.map((r) => value(r.exposed[part] || 0)),
    }));
    for (const part of concealed) {
      series.push({ name: name(part) + ", hidden", type: "bar", stack: "hidden", barWidth: "14%", itemStyle: { color: hatch(t.card, kindColor(part)) },
        data: rows.map((r) => value(r.hidden[part] || 0)) });
    }
    return Object.assign(common(t), {
      grid: { left: few ? 34 : 66, right: few ? 12 : 24, top: legend, bottom: 30 },
      legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 12, itemGap: few ? 8 : 12, textStyle: { color: t.ink, fontSize: few ? 11 : 12 }, inactiveColor: t.line, },
      xAxis: axis(t, { type: "value", max: share ? 1 : step * 1.01, splitNumber: few ? 3 : 6,
        axisLabel: { color: t.muted, hideOverlap: true, showMaxLabel: share, formatter: (v) => (share ? Math.round(100 * v) + " %" : format.tick(v, step)) } }),
      yAxis: axis(t, { type: "category", inverse: true, data: rows.map((_, i) => (few ? "" : "stage ") + i), splitLine: { show: false },
        axisLabel: { color: t.ink } }),
      tooltip: Object.assign(common(t).tooltip, { formatter: (p) => tip("stage " + p.dataIndex + ": " + p.seriesName,
        [["seconds", format.seconds(share ? p.value * step : p.value)], ["of the step", format.percent(share ? p.value : p.value / step)]]) }),
      series,
    });
  });

  for (const [text, on] of [["Seconds", false], ["Share of the step", true]]) {
    const button = el("button", { type: "button", "aria-pressed": String(on === share) }, text);
    button.addEventListener("click", () => {
      share = on;
      for (const other of button.parentNode.children) other.setAttribute("aria-pressed", String(other === button));
      view.draw();
    });
    document.getElementById("time-controls").append(button);
  }

  const head = el("tr", {}, el("th", { scope: "col" }, "seconds of a step"), ...rows.map((_, i) => el("th", { scope: "col" }, "stage " + i)));
  const body = [...parts, "waiting"].map((part) => line(name(part), (r) => r.exposed[part]));
  body.push(line("step", () => step));
  concealed.forEach((part) => body.push(line(name(part) + ", hidden", (r) => r.hidden[part])));
  function line(title, seconds) {
    return el("tr", {}, el("th", { scope: "row" }, title), ...rows.map((r) => el("td", {}, format.seconds(seconds(r) || 0))));
  }
  document.getElementById("time-table").append(el("table", { class: "rows" }, el("thead", {}, head), el("tbody", {}, ...body)));
})();
