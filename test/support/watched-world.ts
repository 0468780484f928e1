/** A world of config maps and secrets that changes at random behind a faulty port, and the sources that look at it. */
import fc from 'fast-check';
import {createLiveness} from '../../src/cluster/liveness.ts';
import {createSourceOpener} from '../../src/cluster/open-source.ts';
import type {Clock, Random} from '../../src/domain/clock.ts';
import {isFields} from '../../src/domain/fields.ts';
import type {KubePort} from '../../src/domain/kube-port.ts';
import {type Resource, resourcePath} from '../../src/domain/resource.ts';
import type {SourceHandle, SourceSpec, SourceStatus} from '../../src/domain/source.ts';
import type {FaultPort, RequestFault, ServerState, StreamFault} from './fault-port.ts';
import {RecordingSink} from './recording-sink.ts';

export type Happening =
  | {readonly does: 'put'; readonly kind: 0 | 1; readonly name: number; readonly label: 'x' | 'y'}
  | {readonly does: 'delete'; readonly kind: 0 | 1; readonly name: number}
  | {readonly does: 'recreate'; readonly kind: 0 | 1; readonly name: number}
  | {readonly does: 'compact'}
  | {readonly does: 'wait'; readonly ms: number}
  | {readonly does: 'spoilNext'; readonly fault: RequestFault}
  | {readonly does: 'spoilStream'; readonly index: number; readonly fault: StreamFault}
  | {readonly does: 'server'; readonly state: ServerState}
  | {readonly does: 'lag'; readonly ms: number};

function kind(plural: string, name: string): Resource {
  return {
    group: '',
    version: 'v1',
    plural,
    singular: name.toLowerCase(),
    kind: name,
    shortNames: [],
    categories: [],
    isNamespaced: true,
    verbs: ['list', 'watch'],
  };
}

const kinds = [kind('configmaps', 'ConfigMap'), kind('secrets', 'Secret')] as const;
const capRows = 3;

const anyKind = fc.constantFrom<0 | 1>(0, 1);
/** More than the cap, few enough to meet again. */
const anyName = fc.integer({min: 0, max: 4});
const anyWrite: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({does: fc.constant('put' as const), kind: anyKind, name: anyName, label: fc.constantFrom<'x' | 'y'>('x', 'y')}),
  },
  {weight: 3, arbitrary: fc.record({does: fc.constant('delete' as const), kind: anyKind, name: anyName})},
  {weight: 1, arbitrary: fc.record({does: fc.constant('recreate' as const), kind: anyKind, name: anyName})},
  {weight: 1, arbitrary: fc.constant({does: 'compact' as const})},
);
const anyRequestFault: fc.Arbitrary<RequestFault> = fc.oneof(
  fc.constantFrom<RequestFault>({kind: 'reset'}, {kind: 'hang'}, {kind: 'truncate'}, {kind: 'answer', status: 429, retryAfterSeconds: 3}),
  fc.constantFrom(401 as const, 410 as const, 429 as const, 500 as const, 503 as const).map(status => ({kind: 'answer' as const, status})),
);
const anyStreamFault = fc.constantFrom<StreamFault>(
  'reset',
  'end',
  'cutLine',
  'garbledLine',
  'expired',
  'serverError',
  'mute',
  'replay',
  'repeat',
  'repeat',
  'garbledLine',
);
const anyFault: fc.Arbitrary<Happening> = fc.oneof(
  {weight: 3, arbitrary: fc.record({does: fc.constant('spoilNext' as const), fault: anyRequestFault})},
  {weight: 4, arbitrary: fc.record({does: fc.constant('spoilStream' as const), index: fc.nat(3), fault: anyStreamFault})},
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('server' as const),
      state: fc.constantFrom<ServerState>('well', 'well', 'frozen', 'storeFrozen', 'down'),
    }),
  },
  {weight: 1, arbitrary: fc.record({does: fc.constant('lag' as const), ms: fc.constantFrom(0, 300, 3_000)})},
);
const anyWait: fc.Arbitrary<Happening> = fc.constantFrom(0, 50, 700, 1_500, 6_000, 20_000, 95_000).map(ms => ({does: 'wait' as const, ms}));

export const anyStory = fc.array(
  fc.oneof({weight: 5, arbitrary: anyWrite}, {weight: 3, arbitrary: anyFault}, {weight: 3, arbitrary: anyWait}),
  {
    minLength: 5,
    maxLength: 60,
  },
);

type Row = {readonly label: unknown; readonly value: unknown};

type Watched = {readonly spec: SourceSpec<Row>; readonly sink: RecordingSink<Row>; readonly handle: SourceHandle};

export class WatchedWorld {
  readonly watched: readonly Watched[];
  readonly #direct: KubePort;
  readonly #namespace: string;
  #writes = 0;

  /** `direct` reaches the server past all faults. */
  constructor(parts: {
    direct: KubePort;
    faulty: FaultPort;
    clock: Clock;
    random: Random;
    namespace: string;
    onStatus?: (status: SourceStatus) => void;
  }) {
    const {direct, faulty, clock, random, namespace, onStatus} = parts;
    this.#direct = direct;
    this.#namespace = namespace;
    const open = createSourceOpener({port: faulty, clock, random, liveness: createLiveness({port: faulty, clock})});
    const [configMaps, secrets] = kinds;
    const project = {
      name: 'row',
      project: (
        {metadata, data}: {readonly metadata: {readonly labels?: unknown}; readonly data?: unknown},
        cells?: readonly unknown[],
      ): Row => ({
        label: metadata.labels,
        // The age in a cell is as old as its reading; the rest of the cells is the object's.
        value: cells === undefined ? data : cells.slice(0, -1),
      }),
    };
    const base = {resource: configMaps, namespace, form: 'object' as const, projection: project, rowsMax: 1_000};
    const specs: SourceSpec<Row>[] = [
      base,
      {...base, labelSelector: 'app=x'},
      {...base, resource: secrets, form: 'table'},
      {...base, rowsMax: capRows},
    ];
    this.watched = specs.map(spec => {
      const sink = new RecordingSink<Row>();
      const {status} = sink;
      sink.status = told => {
        status.call(sink, told);
        onStatus?.(told);
      };
      return {spec, sink, handle: open(spec, sink)};
    });
  }

  stop(): void {
    for (const {handle} of this.watched) handle.stop();
  }

  async write(happening: Extract<Happening, {does: 'put' | 'delete' | 'recreate'}>): Promise<void> {
    const resource = kinds[happening.kind];
    const name = `n${happening.name}`;
    const collection = resourcePath(resource, this.#namespace);
    if (happening.does !== 'put') await this.#ask('DELETE', `${collection}/${name}`);
    if (happening.does === 'delete') return;
    this.#writes += 1;
    const label = happening.does === 'put' ? happening.label : 'x';
    const metadata = {name, labels: {app: label}};
    const data = {value: Buffer.from(`Ж${this.#writes}`).toString('base64')};
    const body = JSON.stringify({apiVersion: 'v1', kind: resource.kind, metadata, data});
    const status = await this.#ask('PUT', `${collection}/${name}`, body);
    if (status === 404) await this.#ask('POST', collection, body);
  }

  /** '' where every source shows what a fresh LIST says; else the first difference. */
  async difference(): Promise<string> {
    for (const {spec, sink} of this.watched) {
      const found = await this.#differenceOf(spec, sink);
      if (found !== '') return `${spec.resource.plural} ${spec.labelSelector ?? ''} cap ${spec.rowsMax}: ${found}`;
    }
    return '';
  }

  async #differenceOf(spec: SourceSpec<Row>, sink: RecordingSink<Row>): Promise<string> {
    const query = spec.labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(spec.labelSelector)}`;
    const answer = await this.#direct.request({method: 'GET', path: `${resourcePath(spec.resource, spec.namespace)}${query}`});
    const list: unknown = JSON.parse(answer.body);
    const items = isFields(list) && Array.isArray(list.items) ? list.items.filter(isFields) : [];
    const truth = items
      .map(({metadata}) => (isFields(metadata) ? `${metadata.name}@${metadata.resourceVersion} ${metadata.uid}` : ''))
      .sort();
    const shown = [...sink.entries.values()].map(({name, resourceVersion, uid}) => `${name}@${resourceVersion} ${uid}`).sort();
    if (sink.stepsBack.length > 0) return `steps back: ${sink.stepsBack.join(', ')}`;
    if (sink.last.state !== 'live') return `state ${JSON.stringify(sink.last)}`;
    const total = sink.last.total ?? sink.entries.size;
    if (spec.rowsMax === capRows) {
      const isPart = shown.every(line => truth.includes(line)) && shown.length <= capRows;
      return isPart && total === truth.length ? '' : `shown ${shown.join(' ')} of ${total}, truth ${truth.join(' ')}`;
    }
    return shown.join(' ') === truth.join(' ') && total === truth.length ? '' : `shown ${shown.join(' ')}, truth ${truth.join(' ')}`;
  }

  async #ask(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: string): Promise<number> {
    const headers = {'content-type': 'application/json'};
    const answer = await this.#direct.request({method, path, headers, ...(body === undefined ? {} : {body})});
    return answer.status;
  }
}

/** Everything of a story but the waiting. */
export async function happen(
  world: WatchedWorld,
  faulty: FaultPort,
  happening: Exclude<Happening, {does: 'wait' | 'compact'}>,
): Promise<void> {
  switch (happening.does) {
    case 'put':
    case 'delete':
    case 'recreate':
      await world.write(happening);
      break;
    case 'spoilNext':
      faulty.spoilNext(happening.fault);
      break;
    case 'spoilStream':
      [...faulty.streams][happening.index]?.spoil(happening.fault);
      break;
    case 'server':
      faulty.state = happening.state;
      break;
    case 'lag':
      faulty.lagMsMax = happening.ms;
  }
}
