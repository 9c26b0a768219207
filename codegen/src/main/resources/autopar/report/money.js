"use strict";
/** Days, GPU-hours and money of a training run. */
(() => {
  const { data, format } = autopar;
  const tokens = document.getElementById("money-tokens");
  const price = document.getElementById("money-price");
  const answer = document.getElementById("money-answer");
  const counted = data.workload.sequence > 1;
  const perSecond = counted ? data.predicted.tokens_per_s : data.predicted.samples_per_s;
  document.getElementById("money-unit").textContent = counted ? "B tokens" : "B samples";
  tokens.value = Number(((20 * data.model.parameters) / 1e9).toPrecision(3));

  function update() {
    const seconds = (Number(tokens.value) * 1e9) / perSecond;
    const days = seconds / 86400;
    const hours = (seconds / 3600) * data.devices;
    answer.textContent = format.large(days) + " days · " + format.large(hours) + " GPU-hours · $ " + format.large(hours * Number(price.value));
  }
  document.getElementById("money").addEventListener("submit", (event) => event.preventDefault());
  tokens.addEventListener("input", update);
  price.addEventListener("input", update);
  update();
})();
