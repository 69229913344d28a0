// Passkeys and security keys. A button asks the device and puts the answer into the hidden field of
// its form, which is then sent:
//
//   <button form="…" data-passkey="get|create" data-credential="id of the field"
//           data-options='{…}' | data-options-url="/…" data-error="id of a message">
//
// data-passwordless names a checkbox: ticked, the new key must be a passkey of its own.
async function optionsOf(button) {
  if (button.dataset.options) return JSON.parse(button.dataset.options);
  const reply = await fetch(button.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(`The server answered ${reply.status}.`);
  return reply.json();
}

function wantResident(publicKey, box) {
  if (!box) return;
  const choice = publicKey.authenticatorSelection ?? {};
  choice.residentKey = box.checked ? "required" : "discouraged";
  choice.requireResidentKey = box.checked;
  if (box.checked) choice.userVerification = "required";
  publicKey.authenticatorSelection = choice;
}

async function ask(button) {
  const found = await optionsOf(button);
  if (button.dataset.passkey === "get") {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      found.request_options.publicKey,
    );
    return navigator.credentials.get({ publicKey });
  }
  const wanted = found.creation_options.publicKey;
  wantResident(wanted, document.getElementById(button.dataset.passwordless));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(wanted);
  return navigator.credentials.create({ publicKey });
}

async function run(button) {
  const message = document.getElementById(button.dataset.error);
  if (message) message.hidden = true;
  try {
    const credential = await ask(button);
    const field = document.getElementById(button.dataset.credential);
    field.value = JSON.stringify(credential.toJSON());
    field.form.submit();
  } catch (error) {
    // Cancelled by the person or refused by the device: both are told in the same words.
    if (message) message.hidden = false;
    console.warn(error);
  }
}

if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      run(button);
    });
  }
}
