/** A Status that the API server answered instead of what was asked, kept whole. */

export type StatusCause = {readonly reason?: string; readonly message?: string; readonly field?: string};

export type KubeStatus = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly StatusCause[];
  /** Seconds, from the Retry-After header or `details.retryAfterSeconds`. */
  readonly retryAfterSeconds?: number;
};

export class StatusError extends Error {
  readonly status: KubeStatus;

  constructor(status: KubeStatus) {
    super(status.message);
    this.name = 'StatusError';
    this.status = status;
  }
}
