// Signed in again: the exam in the other tab goes on, and this one may go.
import { tellSignedIn } from "./tabs.js";

tellSignedIn();
document.querySelector("[data-close-tab]").hidden = !window.opener;
document.querySelector("[data-close-tab]").addEventListener("click", () => window.close());
