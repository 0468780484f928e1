/** Plays a pod's namespaces in an argument list: its own loopback address, and the folders that its volumes are mounted on. */

export type PodPlaces = {
  readonly address: string;
  /** Where each mount really is. */
  readonly mounts: readonly {readonly path: string; readonly folder: string}[];
};

export function mapArguments(command: readonly string[], {address, mounts}: PodPlaces): string[] {
  // The longest first: one mount may stand in another.
  const ordered = [...mounts].sort((one, other) => other.path.length - one.path.length);
  return command.map(argument => {
    const local = argument.replaceAll('localhost:8008', `${address}:8008`);
    return ordered.reduce((text, {path, folder}) => text.replaceAll(mountPattern(path), `$1${folder}`), local);
  });
}

/** The path where a path begins and where one of its parts ends. */
function mountPattern(path: string): RegExp {
  return new RegExp(`(^|[^\\w./-])${path.replaceAll('.', '\\.')}(?![\\w.-])`, 'g');
}
