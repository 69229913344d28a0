// What the server has not confirmed is kept on this device, in IndexedDB, through a crash of the
// tab. One record per person, attempt and question: the newest change with an id of its own, so that
// a late confirmation of an older one deletes nothing. People never see each other's records.
const NAME = "studium-exam";
const STORES = { changes: "changes", asides: "asides" };
const OPEN_WITHIN = 3_000; // ms; a browser whose store hangs must not hold up the exam
const KEPT_FOR = 60 * 24 * 3600 * 1000; // ms; the attempt of an older record is long over

function request(asked) {
  return new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

// A request succeeds before its transaction is on the disk: closing the tab then would lose it.
function committed({ transaction }) {
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => failed(transaction.error);
  });
}

function open() {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => {
    for (const name of Object.values(STORES)) {
      const store = asked.result.createObjectStore(name, {
        keyPath: ["person", "attempt", "question"],
      });
      store.createIndex("attempt", ["person", "attempt"]);
      store.createIndex("person", "person");
    }
  };
  const late = new Promise((_, failed) => setTimeout(failed, OPEN_WITHIN, new Error("no reply")));
  return Promise.race([request(asked), late]);
}

// The same interface in memory, for a browser that keeps nothing (a private window of some).
class Memory {
  constructor() {
    this.rows = { changes: new Map(), asides: new Map() };
  }
  async put(name, row) {
    this.rows[name].set(row.question, row);
  }
  async all(name) {
    return [...this.rows[name].values()];
  }
  async remove(name, question, id) {
    if (id === undefined || this.rows[name].get(question)?.id === id) {
      this.rows[name].delete(question);
    }
  }
}

class Device {
  constructor(database, person, attempt) {
    Object.assign(this, { database, person, attempt });
  }

  store(name, mode) {
    // "strict" waits for the disk: the change survives a loss of power too.
    return this.database.transaction(name, mode, { durability: "strict" }).objectStore(name);
  }

  async put(name, row) {
    const { person, attempt } = this;
    const store = this.store(name, "readwrite");
    store.put({ ...row, person, attempt });
    await committed(store);
  }

  async all(name) {
    const index = this.store(name, "readonly").index("attempt");
    return request(index.getAll([this.person, this.attempt]));
  }

  // Look and delete are one transaction: nothing newer can come in between.
  async remove(name, question, id) {
    const store = this.store(name, "readwrite");
    const key = [this.person, this.attempt, question];
    if (id === undefined) return request(store.delete(key));
    const found = await request(store.get(key));
    if (found?.id === id) await request(store.delete(key));
  }
}

export class Queue {
  constructor(place, keeps) {
    this.place = place;
    this.keeps = keeps; // whether what is put here outlives the tab
  }

  // A change {question, id, response, words, madeAt, tried}; the newest one of a question stays.
  put(change) {
    return this.quietly(this.place.put("changes", change));
  }

  confirm(question, id) {
    return this.quietly(this.place.remove("changes", question, id));
  }

  waiting() {
    return this.place.all("changes");
  }

  // The other answer of a question that was changed in two places, until the student has chosen.
  putAside(question, aside) {
    return this.quietly(this.place.put("asides", { question, ...aside }));
  }

  dropAside(question) {
    return this.quietly(this.place.remove("asides", question));
  }

  asides() {
    return this.place.all("asides");
  }

  async quietly(work) {
    try {
      await work;
    } catch (error) {
      this.keeps = false; // the disk is full, say; answers are still sent
      console.warn("This device keeps nothing; answers are still sent.", error);
    }
  }
}

export async function openQueue({ person, attempt }) {
  try {
    const database = await open();
    await forgetOld(database, person);
    return new Queue(new Device(database, person, attempt), true);
  } catch (error) {
    console.warn("This browser keeps no answers; they are still sent.", error);
    return new Queue(new Memory(), false);
  }
}

async function forgetOld(database, person) {
  const store = database.transaction("changes", "readwrite").objectStore("changes");
  for (const row of await request(store.index("person").getAll(person))) {
    if (Date.now() - row.keptAt > KEPT_FOR) {
      store.delete([row.person, row.attempt, row.question]);
    }
  }
}

// How many answers of a person wait on this device, in whatever attempt. Opens nothing new.
export async function countWaiting(person) {
  try {
    const known = await indexedDB.databases?.();
    if (known && !known.some(({ name }) => name === NAME)) return 0;
    const database = await open();
    const index = database.transaction("changes").objectStore("changes").index("person");
    return await request(index.count(person));
  } catch {
    return 0; // what cannot be kept is not waiting
  }
}
