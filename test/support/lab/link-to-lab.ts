/** A line of its own from a controller to the lab's API server, that a test can cut. */
import {readFileSync, writeFileSync} from 'node:fs';
import {parse, stringify} from 'yaml';
import {LinkProxy} from '../link-proxy.ts';
import type {Lab} from './start-lab.ts';

export type LabLink = {readonly proxy: LinkProxy; readonly kubeconfigPath: string};

export async function linkToLab({server, ground}: Lab): Promise<LabLink> {
  const config = parse(readFileSync(server.kubeconfigPath, 'utf8'));
  const [{cluster}] = config.clusters;
  const proxy = await LinkProxy.open(Number(new URL(cluster.server).port));
  cluster.server = proxy.url;
  const kubeconfigPath = `${ground.folder}/linked.kubeconfig`;
  writeFileSync(kubeconfigPath, stringify(config), {mode: 0o600});
  return {proxy, kubeconfigPath};
}
