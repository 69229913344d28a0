// The line above the terms of an exam follows what is typed: questions, minutes, minutes for each.
const line = document.querySelector("[data-exam-summary]");
const form = document.querySelector("[data-exam-terms]");

function tell() {
  const minutes = Number(form.elements.duration_minutes.value);
  const questions = Number(line.dataset.questions);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440 || !questions) return;
  line.textContent = line.dataset.words
    .replace("{questions}", questions)
    .replace("{minutes}", minutes)
    .replace("{each}", (minutes / questions).toFixed(1));
}

if (line && form) form.addEventListener("input", tell);
