/** The agent's pods behind the paths of a kubelet that speaks WebSocket, for a real kube-apiserver. */
import {systemClock} from '../../../src/cli/system-clock.ts';
import {createServerOf} from '../../../src/embedded/apiserver/api-server.ts';
import {startWebSocketKubelet, type WebSocketKubelet} from '../websocket-kubelet.ts';
import type {NodeAgent} from './node-agent.ts';

/** Each call is answered by a server that holds its pod alone, as the agent has it: refusals and streams are those of our own server. */
export function startKubeletFace(agent: NodeAgent): Promise<WebSocketKubelet> {
  const {runtime} = agent;
  return startWebSocketKubelet(call => {
    const [, , , , namespace = '', , name = ''] = call.path.split('/');
    const pod = agent.find(namespace, name)?.pod;
    const {server} = createServerOf(pod === undefined ? [] : [{apiVersion: 'v1', kind: 'Pod', ...pod}], {
      clock: systemClock,
      random: Math.random,
      runtime,
    });
    const answer = server.handle(call);
    server.stop();
    return answer;
  }, systemClock.now());
}
