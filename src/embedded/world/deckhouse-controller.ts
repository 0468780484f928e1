/** What `deckhouse-controller` says in the demo: its queues hold what the platform is at, and every module has values. */

const queues = ['/modules/cert-manager', '/modules/ingress-nginx', '/modules/node-manager', '/modules/prometheus'];
const idle = 'waiting for task 5s';

/** undefined for what it does not know here. `mainTasks` wait in the queue `main`. */
export function deckhouseController(args: readonly string[], mainTasks = 0): string | undefined {
  const [topic = '', what = '', ...rest] = args;
  if (topic === 'queue') return sayQueue(what, rest, mainTasks);
  const [name = '', flag, form] = rest;
  const isPlain = flag === undefined || (flag === '-o' && (form === 'yaml' || form === 'json'));
  return topic === 'module' && what === 'values' && name !== '' && isPlain ? sayValues(name, form === 'json') : undefined;
}

function sayQueue(what: string, [flag, form, ...more]: readonly string[], tasks: number): string | undefined {
  const isJson = flag === '-o' && form === 'json';
  if (more.length > 0 || (flag !== undefined && !isJson && !(flag === '-o' && form === 'text'))) return undefined;
  const main = {name: 'main', tasksCount: tasks, status: tasks === 0 ? idle : 'run first task'};
  switch (what) {
    case 'main':
      return isJson ? `${JSON.stringify(main)}\n` : `Queue 'main': length ${tasks}, status: '${main.status}'\n`;
    case 'list': {
      const others = {active: 0, empty: queues.length, tasks: 0};
      const idleQueues = queues.map(name => ({name, tasksCount: 0, status: idle}));
      const [active, empty] = tasks === 0 ? [[], [main, ...idleQueues]] : [[main], idleQueues];
      return isJson
        ? `${JSON.stringify({active, empty, summary: {mainQueueTasks: tasks, otherQueues: others, totalTasks: tasks}})}\n`
        : `Summary:\n- 'main' queue: ${tasks === 0 ? 'empty' : `${tasks} tasks`}.\n- ${queues.length} other queues (0 active, ${queues.length} empty): 0 tasks.\n- ${tasks === 0 ? 'no tasks' : `${tasks} tasks`} to handle.\n`;
    }
    default:
      return undefined;
  }
}

function sayValues(module: string, isJson: boolean): string {
  const key = module.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
  if (isJson) return `${JSON.stringify({[key]: {internal: {}, registry: {base: 'registry.example.com/modules'}}})}\n`;
  return `${key}:\n  internal: {}\n  registry:\n    base: registry.example.com/modules\n`;
}
