/** Where the record of a run would be kept, and what that means for it. */
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import type {Recording} from '../domain/run-desk.ts';
import {toldPhrase} from './run-look.ts';

export function recordingLine(recording: Recording): Phrase {
  switch (recording.kind) {
    case 'cluster':
      return recording.areApprovalsProved
        ? phrase('recording.cluster', recording.namespace)
        : phrase('recording.unproved', recording.namespace);
    case 'journal':
      return recording.mayLease
        ? phrase('recording.journal', toldPhrase(recording.why, recording.words), recording.file)
        : phrase('recording.noLease', toldPhrase(recording.why, recording.words));
    case 'read-only':
      return phrase('recording.readOnly');
  }
}
