/** Phase and conditions of a module in each of its states, in the platform's own words. */
import type {Fields} from '../../domain/fields.ts';
import type {ModuleRow, ModuleState} from './module-catalogue.ts';

type Judgement = {readonly status: 'True' | 'False' | 'Unknown'; readonly reason?: string; readonly message?: string};

type StateRule = {
  readonly phase: string;
  /** Absent where no ModuleConfig was ever processed. */
  readonly byConfig?: Judgement;
  readonly byManager: Judgement;
  readonly ready: Judgement;
  readonly deployed?: Judgement;
  readonly overridden?: Judgement;
  readonly hooksState?: string;
};

const yes: Judgement = {status: 'True'};
const no = (reason?: string, message?: string): Judgement => ({
  status: 'False',
  ...(reason !== undefined && {reason}),
  ...(message !== undefined && {message}),
});

function turnedOff(reason: string, message: string, byConfig?: Judgement): StateRule {
  return {phase: 'Downloaded', byManager: no(reason, message), ready: no(reason, message), ...(byConfig !== undefined && {byConfig})};
}

function ruleOf(state: ModuleState, {name, version = '', text = ''}: ModuleRow): StateRule {
  const on = {byConfig: yes, byManager: yes};
  switch (state) {
    case 'ready':
      return {phase: 'Ready', ...on, ready: yes, deployed: yes, hooksState: `${version}/hooks/discovery.py: ok`};
    case 'overridden':
      return {phase: 'Ready', ...on, ready: yes, deployed: yes, overridden: yes};
    case 'oldRelease':
      return {
        phase: 'Ready',
        ...on,
        ready: yes,
        deployed: no(
          'ReleaseRequirementsCheck',
          'ModuleRelease could not be applied, not met requirements: see details in the module release v0.10.0',
        ),
      };
    case 'available':
      return {phase: 'Available', byManager: no(), ready: no('NotInstalled', 'not installed')};
    case 'conflict':
      return {phase: 'Conflict', byConfig: yes, byManager: no(), ready: no('Conflict', 'several available sources')};
    case 'downloading':
      return {phase: 'Downloading', byConfig: yes, byManager: no(), ready: no('Downloading', 'downloading')};
    case 'downloadingError':
      return {phase: 'DownloadingError', byConfig: yes, byManager: no(), ready: no('Downloading', 'downloading')};
    case 'installing':
      return {phase: 'Installing', ...on, ready: no('Installing', 'onStartup hooks done')};
    case 'reconciling':
      return {phase: 'Reconciling', ...on, ready: no('Reconciling', 'reconciling'), deployed: yes};
    case 'hookError':
      return {phase: 'Error', ...on, ready: no('HookError', text), hooksState: `${name}/hooks: error`};
    case 'moduleError':
      return {phase: 'Error', ...on, ready: no('ModuleError', text), deployed: yes};
    case 'hooksDisabled':
      return {phase: 'HooksDisabled', ...on, ready: no('Reconciling', 'reconciling')};
    case 'waitSyncTasks':
      return {phase: 'WaitSyncTasks', ...on, ready: no('Reconciling', 'onStartup hooks done')};
    case 'unavailable': {
      const message = `the "${name}" module is unavailable in the EE edition`;
      return {phase: 'Unavailable', byManager: no('EditionAvailableExtender', message), ready: no('EditionAvailableExtender', message)};
    }
    case 'offByConfig':
      return turnedOff('ModuleConfig', 'turned off by module config', no());
    case 'offByBundle':
      return turnedOff('Bundle', 'turned off by bundle');
    case 'offByScript':
      return turnedOff('EnabledScriptExtender', `turned off by enabled script: ${text}`);
    case 'offByGlobalHook':
      return turnedOff('DynamicGlobalHookExtender', 'turned off by global hook');
    case 'offByVersion':
      return turnedOff('DeckhouseVersionExtender', `turned off by deckhouse version: ${text}`, yes);
    case 'offByDependency':
      return turnedOff('ModuleDependencyExtender', `turned off because of unmet module dependencies: ${text}`, yes);
  }
}

/** `sinceIso` is the last transition of every condition; embedded modules are on by bundle and have no config. */
export function moduleStatus(row: ModuleRow, state: ModuleState, sinceIso: string, nowIso: string): Fields {
  const rule = ruleOf(state, row);
  const isByBundle = row.source === 'Embedded' && rule.byConfig?.status === 'True';
  const judgements: readonly (readonly [string, Judgement | undefined])[] = [
    ['EnabledByModuleConfig', isByBundle ? undefined : rule.byConfig],
    ['EnabledByModuleManager', rule.byManager],
    ['LastReleaseDeployed', row.source === 'Embedded' ? undefined : rule.deployed],
    ['IsReady', rule.ready],
    ['IsOverridden', rule.overridden],
  ];
  const conditions = judgements.flatMap(([type, judgement]) =>
    judgement === undefined ? [] : [{type, ...judgement, lastProbeTime: nowIso, lastTransitionTime: sinceIso}],
  );
  return {phase: rule.phase, conditions, hooksState: rule.hooksState ?? ''};
}
