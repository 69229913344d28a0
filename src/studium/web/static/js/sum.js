// Keeps the sum below a table of numbers in step with its fields; the server adds up again.
for (const form of document.querySelectorAll("[data-sum]")) {
  const shown = form.querySelector("[data-sum-of]");
  const fields = form.querySelectorAll(`input[name^="${shown.dataset.sumOf}"]`);
  form.addEventListener("input", () => {
    const values = [...fields].map((field) => Number(field.value.replace(",", ".")) || 0);
    shown.textContent = String(Math.round(values.reduce((sum, one) => sum + one, 0) * 100) / 100);
  });
}
