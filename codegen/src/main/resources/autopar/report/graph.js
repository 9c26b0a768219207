"use strict";
/** Draws the graph of one layer, laid out beforehand, and says what one operation does. */
autopar.graph = (() => {
  const { data, el, format, kindColor } = autopar;
  const SVG = "http://www.w3.org/2000/svg";
  const CHARACTER = 7.3;

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  function cut(text, width) {
    const most = Math.max(3, Math.floor(width / CHARACTER));
    const letters = [...text];
    return letters.length <= most ? text : letters.slice(0, most - 1).join("") + "…";
  }

  const opName = (operation) => {
    const call = operation.expression.match(/^\w+(?=\()/);
    return call ? call[0] : operation.expression.replace(/[\w.]+/g, "").trim().slice(0, 1) || "op";
  };

  function moves(flow) {
    return [...flow.forward.map((m) => [m, ""]), ...flow.backward.map((m) => [m, "↩ "])];
  }
  const short = (s) => (s >= 1 ? format.digits(s, 3) + " s" : s >= 1e-3 ? format.digits(s * 1e3, 3) + " ms" : format.digits(s * 1e6, 3) + " µs");
  const moveText = (m) => m.kind + " " + m.axes.join(".") + " " + short(m.seconds);

  function drawBox(price, box, choose) {
    const [x, y, w, h] = box.at;
    const group = svg("g", { class: box.kind, transform: "translate(" + x + " " + y + ")" });
    const title = svg("title", {});
    group.append(title);
    if (box.kind === "shared") {
      title.textContent = box.name + " is read by several operations";
      group.append(svg("circle", { cx: w / 2, cy: h / 2, r: w / 2 - 1 }));
    } else if (box.kind === "end") {
      title.textContent = "layer " + (box.name === "in" ? "input" : "output");
      group.append(svg("rect", { width: w, height: h, rx: 10 }), text(w / 2, h / 2, box.name, w));
    } else if (box.kind === "move") {
      const flow = price.flows[box.index];
      title.textContent = box.name + ": collectives on the way to " + flow.to.replace(/^[@*]/, "");
      group.append(svg("rect", { width: w, height: h, rx: 9, style: "fill: color-mix(in srgb, " + kindColor(moves(flow)[0][0].kind) + " 70%, #1a1030)" }));
      moves(flow).forEach(([m, sign], i) => group.append(text(w / 2, 4 + 15 * i + 7.5, sign + moveText(m), w)));
    } else {
      const operation = price.operations[box.index];
      title.textContent = operation.name + " = " + operation.expression;
      const seconds = operation.forward_s + operation.backward_s + (operation.again ? operation.forward_s : 0);
      group.append(svg("rect", { width: w, height: h, rx: 6 }), text(w / 2, 14, operation.name, w),
        text(w / 2, 29, opName(operation) + (operation.again ? " ×2 " : " ") + short(seconds), w, "faint"));
      group.setAttribute("tabindex", "0");
      group.setAttribute("role", "button");
      group.dataset.index = box.index;
      const act = () => choose(box.index);
      group.addEventListener("click", act);
      group.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          act();
        }
      });
    }
    return group;
  }

  function text(x, y, content, width, style = "") {
    const node = svg("text", { x, y, class: style, "text-anchor": "middle", "dominant-baseline": "central" });
    node.textContent = cut(content, width - 6);
    return node;
  }

  /** Shows the graph of layer price {@code index} in {@code holder}; details go to {@code panel}. */
  function show(index, holder, panel) {
    const graph = data.graphs[index];
    const price = data.layer_prices[index];
    const picture = svg("svg", { width: graph.width, height: graph.height, viewBox: "0 0 " + graph.width + " " + graph.height });
    for (const points of graph.lines) {
      let path = "";
      for (let i = 0; i < points.length; i += 2) path += (i === 0 ? "M" : "L") + points[i] + " " + points[i + 1];
      picture.append(svg("path", { class: "line", d: path }));
    }
    function choose(operation) {
      for (const group of picture.querySelectorAll(".operation")) group.classList.toggle("chosen", group.dataset.index === String(operation));
      panel.replaceChildren(...details(price, operation));
    }
    for (const box of graph.boxes) picture.append(drawBox(price, box, choose));
    holder.replaceChildren(picture);
    const heaviest = price.operations.reduce((best, o, i) => (o.forward_s > price.operations[best].forward_s ? i : best), 0);
    choose(heaviest);
  }

  function incoming(price, operation) {
    const names = new Set([operation.name]);
    for (const flow of price.flows) if (flow.to === operation.name) names.add(flow.from);
    return price.flows.filter((flow) => (flow.to === operation.name || (names.has(flow.to) && flow.to.startsWith("*")))
      && flow.forward.length + flow.backward.length > 0);
  }

  function details(price, index) {
    const operation = price.operations[index];
    const rows = [["forward", format.seconds(operation.forward_s)], ["backward", format.seconds(operation.backward_s)]];
    if (operation.again) rows.push(["recomputed", "forward runs twice"]);
    const parts = [el("h4", {}, operation.name), el("p", { class: "mono" }, operation.expression),
      el("dl", {}, ...rows.flatMap(([n, v]) => [el("dt", {}, n), el("dd", {}, v)]))];
    const tensors = (title, list) => {
      if (list.length > 0) {
        parts.push(el("p", {}, el("b", {}, title)), el("div", { class: "mono" }, ...list.map((o) => el("div", {}, o.name + " : " + o.type))));
      }
    };
    tensors("Reads", operation.reads.filter((o) => !o.weight));
    tensors("Weights", operation.reads.filter((o) => o.weight));
    tensors("Writes", operation.writes);
    const flows = incoming(price, operation);
    if (flows.length > 0) {
      parts.push(el("p", {}, el("b", {}, "Collectives before it")));
      parts.push(el("div", { class: "mono" }, ...flows.flatMap((flow) => moves(flow).map(([m, sign]) =>
        el("div", {}, (sign ? "gradient of " : "") + flow.value + ": " + moveText(m) + ", " + format.bytes(m.bytes))))));
    }
    return parts;
  }

  return { show, incoming, moves, moveText };
})();
