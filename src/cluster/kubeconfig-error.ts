/** A kubeconfig that cannot be used as it stands: names the file, the field and what to do about it. */
import {type Phrase, sayInEnglish} from '../domain/messages/phrase.ts';

export class KubeconfigError extends Error {
  /** The kubeconfig, or the command line flag, that holds the field. */
  readonly file: string;
  /** As in the file: `users["ivan"].user.exec.command`; empty where the whole file is meant. */
  readonly field: string;
  readonly phrase: Phrase;

  constructor(file: string, field: string, phrase: Phrase) {
    super(sayInEnglish(phrase));
    this.name = 'KubeconfigError';
    this.file = file;
    this.field = field;
    this.phrase = phrase;
  }
}
