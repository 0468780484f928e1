/** Finds out what the cluster lets this user do with runs, and opens the desk that fits. */
import type {AuditTrail} from '../../domain/audit.ts';
import {readField, readString, readStrings} from '../../domain/fields.ts';
import type {Log} from '../../domain/log.ts';
import type {Requester} from '../../domain/run.ts';
import type {RunDesk} from '../../domain/run-desk.ts';
import type {OpenSource} from '../../domain/source.ts';
import {StatusError} from '../../domain/status-error.ts';
import type {Words} from '../../domain/words.ts';
import type {AuditSink} from '../../engine/audited-run-store.ts';
import {createGatekeeper} from '../../engine/gatekeeper.ts';
import {KubeClient} from '../../engine/kube-client.ts';
import type {LeaseSettings} from '../../engine/lease-terms.ts';
import {clusterIdentity, type OpenJournal, type OpenJournalOptions, openJournal} from '../journal/open-journal.ts';
import {ClusterDesk} from './cluster-desk.ts';
import type {EngineConnection} from './engine-parts.ts';
import {createJournalDesk} from './journal-desk.ts';
import {askedReadOnly, createReadOnlyDesk} from './read-only-desk.ts';

/** Where everything that is done here is told of, and read again. */
export type DeskAudit = AuditTrail & AuditSink;

export type DeskOptions = Required<Pick<EngineConnection, 'port' | 'streams' | 'clock' | 'random'>> & {
  readonly open: OpenSource;
  readonly log: Log;
  readonly runsNamespace: string;
  /** Tells clusters apart where nothing better does. */
  readonly serverUrl: string;
  readonly isReadOnly: boolean;
  readonly context: string;
  readonly audit: DeskAudit;
  /** Of the runs that this process carries; the usual ones where absent. */
  readonly leases?: LeaseSettings;
  /** Goes on by itself with runs of this user that another process began; a command that looks must not. */
  readonly takesUp: boolean;
  /** Of finished runs only what lists show is kept. */
  readonly forgetsSteps?: boolean;
};

/** Throws TransportError and StatusError where the cluster cannot be asked. */
export async function openDesk(options: DeskOptions): Promise<RunDesk> {
  const {port, runsNamespace} = options;
  const client = new KubeClient(port);
  const self = await whoAmI(client);
  if (options.isReadOnly) return createReadOnlyDesk(options, self, askedReadOnly);
  const why = await obstacleToRuns(client, runsNamespace);
  if (why !== undefined) return openJournalDesk(options, client, self, why);
  const gatekeeper = createGatekeeper({ports: {kube: port}, isTrusting: false, self});
  const [areRequestersProved, areApprovalsProved] = await Promise.all([gatekeeper.areRequestersProved(), gatekeeper.areAuthorsProved()]);
  return new ClusterDesk({...options, namespace: runsNamespace, self, areRequestersProved, areApprovalsProved});
}

async function openJournalDesk(options: DeskOptions, client: KubeClient, self: Requester, why: Words): Promise<RunDesk> {
  const {port, serverUrl, runsNamespace, clock, random, log} = options;
  const cluster = await clusterIdentity(port, serverUrl);
  const journal = await openOrTell({cluster, user: self, clock, random, log});
  if (typeof journal === 'string')
    return createReadOnlyDesk(options, self, `${why.en}, and the journal in its place cannot be used: ${journal}`);
  const leaseNamespace = (await isThere(client, runsNamespace)) ? runsNamespace : undefined;
  const mayLease = await mayCreate(client, 'coordination.k8s.io', 'leases', leaseNamespace ?? 'default');
  return createJournalDesk({...options, journal, self, leaseNamespace, mayLease, why});
}

/** Another deckhand may hold the journal, or somebody may have changed the file: then nothing is submitted from here. */
async function openOrTell(options: OpenJournalOptions): Promise<OpenJournal | string> {
  try {
    return await openJournal(options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function whoAmI(client: KubeClient): Promise<Requester> {
  const kind = 'SelfSubjectReview';
  const review = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {apiVersion: 'authentication.k8s.io/v1', kind});
  return {user: readString(review, 'status.userInfo.username') ?? '', groups: readStrings(review, 'status.userInfo.groups')};
}

/** Why runs cannot be objects of this cluster; undefined where they can. */
async function obstacleToRuns(client: KubeClient, namespace: string): Promise<Words | undefined> {
  if ((await client.document('/apis/deckhand.dev/v1alpha1')) === undefined)
    return {en: 'the API server does not serve runbookruns.deckhand.dev', ru: 'API-сервер не обслуживает runbookruns.deckhand.dev'};
  if (!(await mayCreate(client, 'deckhand.dev', 'runbookruns', namespace)))
    return {
      en: `no right to create runbookruns.deckhand.dev in the namespace ${namespace}`,
      ru: `нет права создавать runbookruns.deckhand.dev в namespace ${namespace}`,
    };
  return (await isThere(client, namespace)) ? undefined : {en: `the namespace ${namespace} is not there`, ru: `нет namespace ${namespace}`};
}

async function mayCreate(client: KubeClient, group: string, resource: string, namespace: string): Promise<boolean> {
  const answer = await client.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {resourceAttributes: {verb: 'create', group, resource, namespace}},
  });
  return readField(answer, 'status.allowed') === true;
}

/** A namespace that may not be read is taken to be there: the right to create in it was granted. */
async function isThere(client: KubeClient, namespace: string): Promise<boolean> {
  try {
    return (await client.document(`/api/v1/namespaces/${encodeURIComponent(namespace)}`)) !== undefined;
  } catch (error) {
    if (error instanceof StatusError && error.status.code === 403) return true;
    throw error;
  }
}
