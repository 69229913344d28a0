// Images that are pasted or dropped go to the course's files; a line for each comes into the text.
export function takeImages(area, put, words) {
  const token = area.form.elements.csrfmiddlewaretoken.value;

  function replace(waiting, text) {
    const at = area.value.indexOf(waiting);
    if (at < 0) return; // the author has taken the line out meanwhile
    const [focus, caret, end] = [document.activeElement, area.selectionStart, at + waiting.length];
    put(text, at, end);
    if (caret !== end) {
      // They are writing elsewhere by now: the caret stays with them.
      const place = caret > at ? caret + text.length - waiting.length : caret;
      area.setSelectionRange(place, place);
    } else if (text.startsWith("!")) {
      area.setSelectionRange(at + 2, at + 2 + words.alt.length); // it is to be said what it shows
    }
    if (focus !== area) focus?.focus();
  }

  function say(text) {
    const toast = document.createElement("div");
    Object.assign(toast, { className: "st-toast", role: "alert", textContent: text });
    document.getElementById("toasts").append(toast);
    setTimeout(() => toast.remove(), 12_000);
  }

  async function send(file) {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token);
    form.append("pasted", "yes");
    form.append("file", file);
    const answer = await fetch(area.form.dataset.files, { method: "POST", body: form });
    const said = await answer.json(); // no JSON is an error too: signed out, or too large
    if (!said.path) throw new Error(said.error);
    const name = said.path.split("/").at(-1);
    return said.image ? `![${words.alt}](${said.path})` : `[${name}](${said.path})`;
  }

  async function take(files) {
    for (const file of files) {
      const waiting = `[${words.sending.replace("{name}", file.name.replace(/[[\]]/g, ""))}]`;
      put(waiting, area.selectionStart, area.selectionEnd);
      try {
        replace(waiting, await send(file));
      } catch (wrong) {
        replace(waiting, "");
        const isOurs = wrong.name === "Error" && wrong.message; // said by the server
        say(isOurs ? wrong.message : words.failed);
      }
    }
  }

  area.addEventListener("paste", (event) => {
    const images = [...event.clipboardData.files].filter(({ type }) => type.startsWith("image/"));
    // A copied table or page may carry a picture of itself besides its words: the words count.
    if (!images.length || event.clipboardData.getData("text/plain")) return;
    event.preventDefault();
    take(images);
  });
  area.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
