/** What deckhand says of reaching a cluster: connection, credentials, freshness. */
export const englishCluster = {
  'source.answered': (code: number, message: string) => `the API server answers ${code}${message === '' ? '' : `: ${message}`}`,
  'source.unauthorized': (message: string) => `the API server does not accept these credentials${message === '' ? '' : `: ${message}`}`,
  'source.forbidden': (verb: string, kind: string) => `no right to ${verb} ${kind}`,
  'source.forbiddenInAll': (verb: string, kind: string) => `no right to ${verb} ${kind} in all namespaces`,
  'source.forbiddenInNamespace': (verb: string, kind: string, namespace: string) =>
    `no right to ${verb} ${kind} in the namespace ${namespace}`,
  'source.absent': (kind: string) => `the API server does not serve ${kind}`,
  'source.unlistable': () => 'the API server cannot list this kind',
  'source.unwatchable': () => 'the API server cannot watch this kind: this is how it was when it was read',
  'source.throttled': () => 'the API server is busy and asks to wait',
  'source.noAnswer': () => 'no answer in time',
  'source.silent': () => 'this stream has fallen silent: opening it anew',
  'source.overrun': () => 'this stream was not ended in time: opening it anew',
  'source.shortLived': () => 'the stream ends as soon as it is opened',
  'source.truncated': () => 'the stream broke in the middle of a line',
  'source.garbled': () => 'the answer is not what an API server says: asking again',
  'source.expired': () => 'the API server no longer remembers so far back: reading anew',
  'source.ahead': () => 'the API server knows less than was read before: reading anew',
  'source.reshaped': () => 'the columns have changed: reading anew',
  'source.reopening': () => 'the API server is back: catching up',
  'source.notReady': (code: number) => `the API server is not ready (${code})`,
  'source.frozen': (seconds: number) => `no answer within ${seconds} s`,

  'discovery.noDocument': (path: string) => `${path} does not say what is served there`,
  'discovery.groupAway': (groupVersion: string) => `whoever serves ${groupVersion} does not answer`,

  'connect.refused': (server: string) => `${server} refuses connections: is the API server running there?`,
  'connect.unreachable': (server: string, code: string) => `no way to ${server}: the network is unreachable (${code})`,
  'connect.dns': (host: string) => `the name ${host} cannot be resolved: check the server of the cluster and your DNS or VPN`,
  'connect.timeout': (server: string) => `${server} does not answer in time`,
  'connect.timeoutAfter': (server: string, seconds: number) => `${server} did not answer within ${seconds} s`,
  'connect.reset': (server: string) => `${server} broke the connection`,
  'connect.truncated': (server: string) => `${server} broke the connection in the middle of an answer`,
  'connect.aborted': () => 'given up before the answer came',
  'connect.closed': () => 'this connection is closed',
  'connect.protocol': (server: string, code: string) => `${server} does not speak HTTP as an API server does (${code})`,
  'connect.noWebSocket': (server: string, why: string) => `${server} does not speak WebSocket as an API server does: ${why}`,
  'connect.notTls': (server: string) =>
    `${server} does not speak TLS: should the server of the cluster begin with http://, or is it another port?`,
  'connect.tooLarge': (server: string) => `the answer of ${server} is larger than deckhand can hold`,
  'connect.certificateExpired': (server: string) => `the certificate of ${server} has expired`,
  'connect.certificateNotYetValid': (server: string) => `the certificate of ${server} is not valid yet: compare the clocks`,
  'connect.certificateUntrusted': (server: string) =>
    `the certificate of ${server} is not signed by an authority that this kubeconfig trusts: check certificate-authority of the cluster`,
  'connect.certificateSelfSigned': (server: string) =>
    `the certificate of ${server} is self-signed and not trusted: check certificate-authority of the cluster`,
  'connect.certificateWrongHost': (server: string, names: string) =>
    `the certificate of ${server} is for ${names}: check server, or set tls-server-name of the cluster`,
  'connect.certificateBad': (server: string, code: string) => `the certificate of ${server} is not acceptable (${code})`,
  'connect.clientCertificateRefused': (server: string, code: string) =>
    `${server} refuses the client certificate of this user, or wants one (${code})`,
  'connect.tlsFailed': (server: string, code: string) => `TLS with ${server} failed (${code})`,
  'connect.proxyRefused': (proxy: string, server: string) => `the proxy ${proxy}, on the way to ${server}, refuses connections`,
  'connect.proxyUnreachable': (proxy: string, server: string, code: string) =>
    `the proxy ${proxy}, on the way to ${server}, cannot be reached (${code})`,
  'connect.proxyTimeout': (proxy: string, server: string) => `the proxy ${proxy} does not open the way to ${server} in time`,
  'connect.proxyLogin': (proxy: string) => `the proxy ${proxy} wants a login: put user:password into proxy-url`,
  'connect.proxyAnswer': (proxy: string, server: string, answer: string) =>
    `the proxy ${proxy} does not let us through to ${server}: ${answer}`,
  'connect.readOnly': (method: string, path: string) => `read-only: ${method} ${path} was not sent`,
  'connect.notKubernetes': (code: number, line: string) => `the answer ${code} does not come from a Kubernetes API server: ${line}`,
  'connect.emptyAnswer': (code: number) => `the answer ${code} has no text`,

  'stream.cut': (server: string) => `${server} ended the connection before it said how the command ended`,
  'stream.cutWith': (server: string, code: number, reason: string) =>
    `${server} ended the connection before it said how the command ended (${code}${reason === '' ? '' : `: ${reason}`})`,
  'stream.silent': (server: string, seconds: number) => `nothing was heard from ${server} for ${seconds} s: the connection is given up`,
  'stream.left': () => 'left before the command had ended',
  'stream.portRefused': (port: number, why: string) => `port ${port} of the pod is not reached: ${why}`,

  'kubeconfig.fileMissing': (file: string) => `${file} does not exist: check --kubeconfig`,
  'kubeconfig.noneFound': (files: string) =>
    `no cluster to show: ${files} does not exist; name a kubeconfig with --kubeconfig or KUBECONFIG`,
  'kubeconfig.unreadable': (file: string, code: string) => `${file} cannot be read (${code}): check its path and permissions`,
  'kubeconfig.notYaml': (file: string, line: number, code: string) => `${file} is not valid YAML, line ${line} (${code})`,
  'kubeconfig.notConfig': (file: string, kind: string) => `${file} is not a kubeconfig: its kind is ${kind}, not Config`,
  'kubeconfig.wrongType': (file: string, field: string, expected: string) => `${file}: ${field} must be ${expected}`,
  'kubeconfig.fieldMissing': (file: string, field: string) => `${file}: ${field} is missing: add it`,
  'kubeconfig.duplicate': (file: string, field: string) => `${file}: ${field} stands there twice: remove or rename one`,
  'kubeconfig.bothGiven': (file: string, one: string, other: string) => `${file}: ${one} and ${other} exclude each other: remove one`,
  'kubeconfig.notBase64': (file: string, field: string) => `${file}: ${field} is not base64: encode the PEM file with base64`,
  'kubeconfig.notPem': (file: string, field: string) => `${file}: ${field} holds no PEM block`,
  'kubeconfig.pemRejected': (file: string, code: string) =>
    `${file}: certificate and key cannot be used (${code}): do they belong together?`,
  'kubeconfig.badUrl': (file: string, field: string, forms: string) => `${file}: ${field} is not a URL of the form ${forms}`,
  'kubeconfig.noCurrentContext': (file: string, known: string) =>
    known === '' ? `${file} has no contexts` : `${file} has no current-context: choose one with --context: ${known}`,
  'kubeconfig.contextUnknown': (name: string, file: string, known: string) =>
    known === '' ? `no context ${name}: ${file} has none` : `no context ${name} in ${file}; there are: ${known}`,
  'kubeconfig.clusterUnknown': (file: string, context: string, name: string) =>
    `${file}: context ${context} names the cluster ${name}, which is not there: add it or choose another with --cluster`,
  'kubeconfig.userUnknown': (file: string, context: string, name: string) =>
    `${file}: context ${context} names the user ${name}, which is not there: add it or choose another with --user`,
  'kubeconfig.providerUnsupported': (file: string, field: string, name: string) =>
    `${file}: ${field} is ${name}, which kubectl no longer knows either: use an exec plugin (users[].user.exec) or a token`,
  'kubeconfig.choiceUnknown': (file: string, field: string, choices: string) => `${file}: ${field} must be one of ${choices}`,
  'kubeconfig.impersonationWithoutUser': (file: string, field: string) => `${file}: ${field} needs a user to act as: add as, or --as`,

  'credentials.loginNeeded': (user: string, command: string) => `${user} needs a login: press L to run ${command} on this terminal`,
  'credentials.pluginMissing': (command: string, hint: string) =>
    `the credential plugin ${command} is not installed${hint === '' ? '' : `: ${hint}`}`,
  'credentials.pluginNotRunnable': (command: string, code: string) => `the credential plugin ${command} cannot be started (${code})`,
  'credentials.pluginFailed': (command: string, exit: string, lastLine: string) =>
    `the credential plugin ${command} failed (${exit})${lastLine === '' ? '' : `: ${lastLine}`}`,
  'credentials.pluginTimeout': (command: string, seconds: number) =>
    `the credential plugin ${command} was stopped after ${seconds} s without an answer`,
  'credentials.pluginJunk': (command: string, bytes: number) =>
    `the credential plugin ${command} printed ${bytes} bytes that are not an ExecCredential`,
  'credentials.pluginWrongField': (command: string, field: string, expected: string) =>
    `the credential plugin ${command} answered with a ${field} that is not ${expected}`,
  'credentials.fileUnreadable': (file: string, field: string, code: string) => `${file}, named by ${field}, cannot be read (${code})`,
  'credentials.fileStale': (file: string, code: string) => `${file} cannot be read any more (${code}): going on with what it held`,
  'credentials.oidcIncomplete': (file: string, field: string) =>
    `${file}: the id-token has expired and ${field} is missing: log in again with your OIDC tool`,
  'credentials.oidcFailed': (issuer: string, why: string) => `${issuer} gives no new id-token (${why}): log in again with your OIDC tool`,
  'credentials.oidcNoEndpoint': () => 'its configuration names no token_endpoint',
  'credentials.oidcNoToken': () => 'its answer holds no id_token',
  'credentials.oidcAnswered': (code: number) => `answer ${code}`,
};
