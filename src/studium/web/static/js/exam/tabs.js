// One tab writes. The newest one says so to the others of this browser, which turn read-only.
// What an older tab holds is in the queue on this device, so the newer one sends it.
const SETTLE = 150; // ms for the older tabs to hear and to stop

export function guard(attempt, onOlder) {
  const me = { at: performance.timeOrigin + performance.now(), salt: Math.random() };
  const channel = new BroadcastChannel(`studium-exam-${attempt}`);
  const isNewer = (other) => other.at > me.at || (other.at === me.at && other.salt > me.salt);
  let older = false;
  channel.addEventListener("message", ({ data }) => {
    if (data.claim === undefined || older) return;
    if (isNewer(data.claim)) {
      older = true;
      onOlder();
    } else {
      channel.postMessage({ claim: me }); // a tab that opened with a wrong clock learns of us
    }
  });
  channel.postMessage({ claim: me });
  return new Promise((done) => setTimeout(done, SETTLE));
}

// Signing in again in another tab is told to the exam's one.
const SIGN_IN = "studium-sign-in";
export const tellSignedIn = () => new BroadcastChannel(SIGN_IN).postMessage("again");
export function onSignedIn(act) {
  new BroadcastChannel(SIGN_IN).addEventListener("message", act);
}
