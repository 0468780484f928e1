/** Sentences about who carries a run, and how it goes from one to the next. */

export const englishCarrying = {
  'run.handedOver': (command: string) => `It stays as it is. Whoever goes on: ${command}, or :runs in their dashboard.`,
  'run.noHolder': () => 'No engine has taken it up.',
  'run.heldHere': () => 'Carried by this dashboard; it goes on when you look elsewhere.',
  'run.heldBy': (identity: string, age: string) => `Carried by ${identity} for ${age}.`,
  'run.heldLast': (identity: string) => `Carried last by ${identity}; whether it still is, cannot be seen from here.`,
  'run.next': () => 'This dashboard goes on with it as soon as nobody else holds it.',
  'run.left': (identity: string) => `Nobody carries it now; ${identity} was the last.`,
  'run.silent': (identity: string, age: string) => `Its last carrier ${identity} has not been heard of for ${age}.`,
  'run.silentNext': (identity: string, age: string) =>
    `Its last carrier ${identity} has not been heard of for ${age}; this dashboard goes on once that one's lease is over.`,
  'run.waits': () => 'Waits for a person; nobody carries it meanwhile. Then a controller goes on, or who takes it over.',
  'run.waitsNext': () => 'Waits for a person; this dashboard goes on once it is answered.',
  'run.takenOver': (time: string, by: string, from: string) =>
    `Taken over at ${time} by ${by}: ${from} died or was cut off. What it left is looked at before anything is done.`,
  'run.takenOverHere': (time: string, from: string) =>
    `This dashboard took it over at ${time}: ${from} died or was cut off. What it left is looked at before anything is done.`,
};
