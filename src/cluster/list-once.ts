/** A source that is read once and never watched, for commands that print and leave: the same rows as the reflector's. */
import type {KubePort} from '../domain/kube-port.ts';
import {type Phrase, phrase} from '../domain/messages/phrase.ts';
import {readStatus} from '../domain/read-status.ts';
import type {OpenSource, SourceSink, SourceSpec, SourceState} from '../domain/source.ts';
import {Decoder, type Page} from './reflector-decode.ts';
import {type Asked, type Failure, failureOfError, failureOfStatus} from './reflector-failure.ts';
import {Intake} from './reflector-intake.ts';
import {Ledger} from './reflector-ledger.ts';
import {acceptOf, listPath} from './reflector-path.ts';

/** A listing that expires between two pages is begun anew this often. */
const attemptsMax = 3;

/** The state ends as 'live' when all was read, else as what hindered it, with the reason. */
export function createListOnce(port: KubePort): OpenSource {
  return <Row>(spec: SourceSpec<Row>, sink: SourceSink<Row>) => {
    const abort = new AbortController();
    void readAll(port, spec, sink, abort.signal);
    return {stop: () => abort.abort()};
  };
}

async function readAll<Row>(port: KubePort, spec: SourceSpec<Row>, sink: SourceSink<Row>, signal: AbortSignal): Promise<void> {
  const {resource, namespace} = spec;
  const asked: Asked = {verb: 'list', resource, namespace};
  // An object that is left out is a lie to a script: better no answer.
  const ledger = new Ledger(spec, error => {
    throw error;
  });
  const intake = new Intake(ledger, sink, asked);
  let failure: Failure | undefined;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    failure = await readPages(port, spec, intake, asked, signal);
    if (signal.aborted) return;
    if (failure === undefined)
      return sink.status({state: 'live', restarts: attempt, ...(intake.total === undefined ? {} : {total: intake.total})});
    if (failure.kind !== 'expired') break;
  }
  sink.status({state: stateOf(failure), restarts: 0, reason: reasonOf(failure)});
}

async function readPages<Row>(
  port: KubePort,
  spec: SourceSpec<Row>,
  intake: Intake<Row>,
  asked: Asked,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const decoder = new Decoder(spec);
  const reading = intake.beginReading('latest');
  try {
    for (;;) {
      const answer = await port.request({method: 'GET', path: listPath(spec, reading), headers: {accept: acceptOf(spec.form)}, signal});
      signal.throwIfAborted();
      if (answer.status !== 200) return failureOfStatus(readStatus(answer), asked);
      const page: Page | undefined = decoder.page(answer.body);
      if (page === undefined) return {kind: 'garbled', reason: phrase('source.garbled')};
      const outcome = intake.takePage(reading, page);
      if (outcome === 'whole') return undefined;
      if (outcome !== 'more') return outcome;
    }
  } catch (error) {
    return failureOfError(error);
  }
}

function stateOf(failure: Failure | undefined): SourceState {
  if (failure?.kind === 'forbidden' || failure?.kind === 'absent') return failure.kind;
  return 'stale';
}

function reasonOf(failure: Failure | undefined): Phrase {
  return failure !== undefined && 'reason' in failure ? failure.reason : phrase('source.expired');
}
