/** Who carries a run: its record names only who wrote it last, who may be gone or have nothing left to do. */

export type RunCarrier =
  /** This process acts on it now. */
  | {readonly kind: 'here'}
  /** Its lease is free: it waits, or was handed over. */
  | {readonly kind: 'nobody'}
  /** Somebody else renews its lease. */
  | {readonly kind: 'live'; readonly identity: string; readonly since: string}
  /** The lease is held, and was not renewed for as long as it was promised. */
  | {readonly kind: 'silent'; readonly identity: string; readonly heardAt: string}
  /** The lease cannot be seen from here. */
  | {readonly kind: 'unseen'};

export type Carriage = {
  readonly carrier: RunCarrier;
  /** This process goes on with it by itself, as soon as there is something to do and nobody else holds it. */
  readonly isNext: boolean;
};
