/** What a person said at a gate, as the log keeps it: their object may be deleted long before anybody asks. */
import type {Fields} from '../domain/fields.ts';
import type {Approval} from '../domain/run.ts';

export function recordWord({name, by, groups, kind, reason, createdAt}: Approval): Fields {
  return {name, by, groups, kind, reason, ...(createdAt === undefined ? {} : {createdAt})};
}
