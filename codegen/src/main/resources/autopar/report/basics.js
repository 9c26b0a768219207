"use strict";
document.documentElement.classList.add("js");

/** Data of the page, formats, colours and the charts; every later script adds a picture. */
const autopar = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = {};
  const redraws = [];
  const waiting = new Set();

  /** An element with properties and children; strings become text, never markup. */
  function el(tag, properties = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name === "style") Object.assign(node.style, value);
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "class") node.className = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.map((child) => (child instanceof Node ? child : String(child))));
    return node;
  }

  function digits(value, n = 4) {
    if (value === 0) return "0";
    const before = Math.floor(Math.log10(Math.abs(value))) + 1;
    const decimals = Math.max(0, n - Math.max(1, before));
    return numbers(decimals).format(value);
  }

  /** Formats by number of decimals: making one takes longer than a hundred uses. */
  const formats = [];
  function numbers(decimals) {
    return (formats[decimals] ||= new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  }

  const format = {
    digits,
    seconds(s) {
      if (s === 0 || Math.abs(s) >= 1) return digits(s) + " s";
      return Math.abs(s) >= 1e-3 ? digits(s * 1e3) + " ms" : digits(s * 1e6) + " µs";
    },
    /** Three digits, in thousands and millions where it is large: 12.3, 1,230, 764 k, 1.53 M. */
    large(value) {
      if (value >= 1e6) return digits(value / 1e6, 3) + " M";
      return value >= 1e4 ? digits(value / 1e3, 3) + " k" : digits(Number(value.toPrecision(3)), 3);
    },
    /** A tick of an axis of seconds that is {@code span} long. */
    tick(seconds, span) {
      const [unit, name] = span >= 2 ? [1, " s"] : span >= 2e-3 ? [1e-3, " ms"] : [1e-6, " µs"];
      return Number((seconds / unit).toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 3 }) + name;
    },
    gib: (bytes) => (bytes / 2 ** 30).toFixed(1) + " GiB",
    bytes(bytes) {
      const units = ["B", "KiB", "MiB", "GiB", "TiB"];
      let unit = 0;
      while (bytes >= 1023.95 && unit < units.length - 1) {
        bytes /= 1024;
        unit++;
      }
      return (unit === 0 ? String(bytes) : bytes.toFixed(1)) + " " + units[unit];
    },
    percent: (fraction) => (100 * fraction).toFixed(1) + " %",
    signed: (fraction) => (fraction < 0 ? "−" : "+") + (100 * Math.abs(fraction)).toFixed(1) + " %",
    ranges(numbers, most = 6) {
      const parts = [];
      for (let i = 0; i < numbers.length; ) {
        let j = i;
        while (j + 1 < numbers.length && numbers[j + 1] === numbers[j] + 1) j++;
        parts.push(i === j ? String(numbers[i]) : numbers[i] + "–" + numbers[j]);
        i = j + 1;
      }
      return parts.length > most ? parts.slice(0, most).join(", ") + ", …" : parts.join(", ");
    },
  };

  /** Every host: its first rank, and what it is. */
  const hosts = [];
  for (const group of data.cluster.host_groups || [data.cluster]) {
    for (let i = 0; i < group.hosts; i++) {
      const last = hosts[hosts.length - 1];
      hosts.push(Object.assign({ first: last ? last.first + last.devices_per_host : 0 }, group));
    }
  }
  const hostOf = (rank) => hosts.findLastIndex((host) => host.first <= rank);
  /** What the total of a stage may reach: the smallest of its devices decides. */
  const usableBytes = (stage) => Math.min(...stage.devices.map((rank) => hosts[hostOf(rank)].usable_bytes_per_device));

  const FEW = ["#3572c6", "#b8610a", "#22805a", "#ad3f86", "#7354c4", "#8a6d0b", "#14808f", "#bd4334"];
  /** White text is readable on every colour of a stage. */
  function stageColor(i) {
    const n = data.stages.length;
    return n <= FEW.length ? FEW[i] : "hsl(" + Math.round(215 + (i * 320) / n) % 360 + " 48% " + (i % 2 ? 30 : 37) + "%)";
  }

  const KINDS = {
    forward: "#4b8be0", recompute: "#e3a32c", backward: "#2f9e70", "all-reduce": "#8a63d2", "all-gather": "#a98be6",
    "reduce-scatter": "#6d48b5", "all-to-all": "#c3a6f2", broadcast: "#5a3d99", "parameter-gather": "#d65fa4",
    "gradient-scatter": "#e58cc0", send: "#20a3b5", "send activations": "#20a3b5", "send gradients": "#167a89", host: "#8b95a1",
    "gradient-sync": "#cc4b8e", "gradient sync": "#cc4b8e", "tied-gradients": "#e98bab", "tied gradients": "#e98bab",
    update: "#a8743f", steady: "#6f8fae", parameters: "#4b8be0", gradients: "#cc4b8e", optimizer: "#a8743f", activations: "#2f9e70", workspace: "#8b95a1",
  };

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  function theme() {
    return { ink: css("--ink"), muted: css("--muted"), line: css("--line"), card: css("--card"), soft: css("--soft"),
      accent: css("--accent"), limit: css("--limit"), hatch: css("--hatch") };
  }

  /** A hatch for what is idle or hidden; on the colour given, or on nothing. */
  function hatch(color, ground) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 6;
    const pen = canvas.getContext("2d");
    if (ground) {
      pen.fillStyle = ground;
      pen.fillRect(0, 0, 6, 6);
    }
    pen.strokeStyle = color;
    pen.lineWidth = 1.1;
    for (const shift of [-6, 0, 6]) {
      pen.beginPath();
      pen.moveTo(shift - 1, 7);
      pen.lineTo(shift + 7, -1);
      pen.stroke();
    }
    return { image: canvas, repeat: "repeat" };
  }

  /**
   * A chart in element {@code id}; {@code option(theme, width)} is asked again when either changes.
   * One that cannot be seen yet waits until the page is there: five charts take a second.
   */
  function chart(id, option) {
    const holder = document.getElementById(id);
    const instance = echarts.init(holder, null, { renderer: "canvas" });
    charts[id] = instance;
    const draw = () => {
      waiting.delete(draw);
      instance.setOption(option(theme(), holder.clientWidth), { notMerge: true });
    };
    if (holder.getBoundingClientRect().top < innerHeight) draw();
    else waiting.add(draw);
    redraws.push(draw);
    let width = holder.clientWidth;
    new ResizeObserver(() => {
      instance.resize();
      if (holder.clientWidth !== width) {
        width = holder.clientWidth;
        draw();
      }
    }).observe(holder);
    return { instance, draw };
  }

  function drawWaiting() {
    for (const draw of waiting) draw();
  }

  /** Called when all that can be seen is there; the rest follows chart by chart, so that the page answers meanwhile. */
  function opened() {
    autopar.readyMillis = performance.now();
    addEventListener("beforeprint", drawWaiting);
    (function next() {
      const [draw] = waiting;
      if (draw) {
        draw();
        setTimeout(next);
      } else {
        document.documentElement.classList.add("drawn");
      }
    })();
  }

  /** Options that all charts share. */
  function common(t) {
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif", color: t.ink },
      tooltip: {
        confine: true, backgroundColor: t.card, borderColor: t.line, padding: [8, 10],
        textStyle: { color: t.ink, fontSize: 13 }, extraCssText: "box-shadow:0 4px 18px rgba(0,0,0,.18);max-width:340px;white-space:normal",
      },
    };
  }

  function axis(t, more) {
    return Object.assign({
      axisLine: { lineStyle: { color: t.line } }, axisTick: { show: false }, axisLabel: { color: t.muted, fontSize: 12 },
      nameTextStyle: { color: t.muted, fontSize: 12 }, splitLine: { lineStyle: { color: t.line } },
    }, more);
  }

  /** Pixels that a legend of these names takes below the top of a chart {@code width} wide. */
  function legendHeight(names, width, few) {
    const gap = few ? 8 : 14;
    let x = 0;
    let rows = 1;
    for (const name of names) {
      const wide = 34 + gap + name.length * (few ? 6.1 : 6.7);
      if (x > 0 && x + wide > width) {
        rows++;
        x = 0;
      }
      x += wide;
    }
    return rows * 24;
  }

  /** A tooltip: a title and rows of name and value, as an element. */
  function tip(title, rows) {
    return el("div", {}, el("b", {}, title),
      ...rows.map(([name, value]) => el("div", { style: { display: "flex", gap: "1em", justifyContent: "space-between" } },
        el("span", { style: { opacity: ".75" } }, name), el("span", { style: { fontVariantNumeric: "tabular-nums" } }, value))));
  }

  function chip(text, pressed, color, toggle) {
    const button = el("button", { type: "button", "aria-pressed": String(pressed) });
    if (color) button.append(el("i", { class: "swatch", style: { background: color } }));
    button.append(text);
    button.addEventListener("click", () => {
      const next = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(next));
      toggle(next);
    });
    return button;
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraws.forEach((draw) => draw()));
  for (const swatch of document.querySelectorAll("[data-stage]")) {
    swatch.style.background = stageColor(Number(swatch.dataset.stage));
  }

  return { data, hosts, hostOf, usableBytes, charts, el, format, stageColor, kindColor: (kind) => KINDS[kind] || "#8b95a1", theme, hatch, chart, opened, common, axis, tip, chip, legendHeight };
})();
