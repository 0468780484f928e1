/** In Russian: what deckhand says of reaching a cluster: connection, credentials, freshness. */
import type {englishCluster} from './english-cluster.ts';
import type {CataloguePart} from './phrase.ts';
import {expectedInRussian} from './russian-forms.ts';
import {counted} from './russian-plural.ts';

export const russianCluster: CataloguePart<typeof englishCluster> = {
  'source.answered': (code, message) => `API-сервер ответил ${code}${message === '' ? '' : `: ${message}`}`,
  'source.unauthorized': message => `API-сервер не принимает эти учётные данные${message === '' ? '' : `: ${message}`}`,
  'source.forbidden': (verb, kind) => `нет права ${verb} на ${kind}`,
  'source.forbiddenInAll': (verb, kind) => `нет права ${verb} на ${kind} во всех пространствах имён`,
  'source.forbiddenInNamespace': (verb, kind, namespace) => `нет права ${verb} на ${kind} в пространстве имён ${namespace}`,
  'source.absent': kind => `API-сервер не обслуживает ${kind}`,
  'source.unlistable': () => 'API-сервер не умеет выдавать список таких объектов',
  'source.unwatchable': () => 'за такими объектами API-сервер следить не умеет: показано то, что было при чтении',
  'source.throttled': () => 'API-сервер перегружен и просит подождать',
  'source.noAnswer': () => 'ответа вовремя нет',
  'source.silent': () => 'поток замолчал: открываем заново',
  'source.overrun': () => 'поток не закрыт в срок: открываем заново',
  'source.shortLived': () => 'поток обрывается, едва открывшись',
  'source.truncated': () => 'поток оборвался посреди строки',
  'source.garbled': () => 'так API-серверы не отвечают: запрашиваем ещё раз',
  'source.expired': () => 'API-сервер уже не помнит так далеко: читаем заново',
  'source.ahead': () => 'API-сервер знает меньше, чем было прочитано: читаем заново',
  'source.reshaped': () => 'колонки изменились: читаем заново',
  'source.reopening': () => 'API-сервер снова отвечает: навёрстываем',
  'source.notReady': code => `API-сервер не готов (${code})`,
  'source.frozen': seconds => `нет ответа ${seconds} с`,

  'discovery.noDocument': path => `${path} не говорит, что там обслуживается`,
  'discovery.groupAway': groupVersion => `тот, кто обслуживает ${groupVersion}, не отвечает`,

  'connect.refused': server => `${server} не принимает соединения: запущен ли там API-сервер?`,
  'connect.unreachable': (server, code) => `${server} недоступен: до этой сети нет маршрута (${code})`,
  'connect.dns': host => `имя ${host} не разрешается: проверьте server у кластера, DNS и VPN`,
  'connect.timeout': server => `${server} не отвечает вовремя`,
  'connect.timeoutAfter': (server, seconds) => `${server} не ответил за ${seconds} с`,
  'connect.reset': server => `${server} разорвал соединение`,
  'connect.truncated': server => `${server} разорвал соединение посреди ответа`,
  'connect.aborted': () => 'запрос отменён до ответа',
  'connect.closed': () => 'это соединение закрыто',
  'connect.protocol': (server, code) => `${server} говорит не на том HTTP, на каком говорит API-сервер (${code})`,
  'connect.noWebSocket': (server, why) => `${server} не говорит по WebSocket так, как API-сервер: ${why}`,
  'connect.notTls': server => `${server} не говорит по TLS: может быть, server у кластера должен начинаться с http:// или порт другой?`,
  'connect.tooLarge': server => `ответ ${server} больше, чем deckhand может вместить`,
  'connect.certificateExpired': server => `сертификат ${server} истёк`,
  'connect.certificateNotYetValid': server => `сертификат ${server} ещё не действует: сверьте часы`,
  'connect.certificateUntrusted': server =>
    `сертификат ${server} подписан центром, которому этот kubeconfig не доверяет: проверьте certificate-authority у кластера`,
  'connect.certificateSelfSigned': server =>
    `сертификат ${server} самоподписанный, доверия к нему нет: проверьте certificate-authority у кластера`,
  'connect.certificateWrongHost': (server, names) =>
    `сертификат ${server} выдан для ${names}: проверьте server или задайте у кластера tls-server-name`,
  'connect.certificateBad': (server, code) => `сертификат ${server} не годится (${code})`,
  'connect.clientCertificateRefused': (server, code) =>
    `${server} не принимает клиентский сертификат этого пользователя или требует его (${code})`,
  'connect.tlsFailed': (server, code) => `TLS-соединение с ${server} не установлено (${code})`,
  'connect.proxyRefused': (proxy, server) => `прокси ${proxy} на пути к ${server} не принимает соединения`,
  'connect.proxyUnreachable': (proxy, server, code) => `прокси ${proxy} на пути к ${server} недоступен (${code})`,
  'connect.proxyTimeout': (proxy, server) => `прокси ${proxy} не открыл вовремя путь к ${server}`,
  'connect.proxyLogin': proxy => `прокси ${proxy} требует логин: впишите user:password в proxy-url`,
  'connect.proxyAnswer': (proxy, server, answer) => `прокси ${proxy} не пропускает к ${server}: ${answer}`,
  'connect.readOnly': (method, path) => `только чтение: ${method} ${path} не отправлен`,
  'connect.notKubernetes': (code, line) => `ответ ${code} пришёл не от API-сервера Kubernetes: ${line}`,
  'connect.emptyAnswer': code => `ответ ${code} пуст`,

  'stream.cut': server => `${server} закрыл соединение раньше, чем сообщил, чем кончилась команда`,
  'stream.cutWith': (server, code, reason) =>
    `${server} закрыл соединение раньше, чем сообщил, чем кончилась команда (${code}${reason === '' ? '' : `: ${reason}`})`,
  'stream.silent': (server, seconds) => `от ${server} ничего не слышно ${seconds} с: соединение оставлено`,
  'stream.left': () => 'ушли раньше, чем команда кончилась',
  'stream.portRefused': (port, why) => `порт ${port} пода недоступен: ${why}`,

  'kubeconfig.fileMissing': file => `${file} не существует: проверьте --kubeconfig`,
  'kubeconfig.noneFound': files => `показывать нечего: ${files} не существует; задайте kubeconfig через --kubeconfig или KUBECONFIG`,
  'kubeconfig.unreadable': (file, code) => `${file} не читается (${code}): проверьте путь и права`,
  'kubeconfig.notYaml': (file, line, code) => `${file} — не YAML, строка ${line} (${code})`,
  'kubeconfig.notConfig': (file, kind) => `${file} — не kubeconfig: kind там ${kind}, а не Config`,
  'kubeconfig.wrongType': (file, field, expected) => `${file}: ${field}: ожидается ${expectedInRussian(expected)}`,
  'kubeconfig.fieldMissing': (file, field) => `${file}: нет поля ${field}: добавьте его`,
  'kubeconfig.duplicate': (file, field) => `${file}: ${field} встречается дважды: уберите или переименуйте одно`,
  'kubeconfig.bothGiven': (file, one, other) => `${file}: ${one} и ${other} исключают друг друга: уберите одно`,
  'kubeconfig.notBase64': (file, field) => `${file}: ${field} — не base64: закодируйте PEM-файл в base64`,
  'kubeconfig.notPem': (file, field) => `${file}: в ${field} нет блока PEM`,
  'kubeconfig.pemRejected': (file, code) => `${file}: сертификат и ключ не годятся (${code}): они от одной пары?`,
  'kubeconfig.badUrl': (file, field, forms) => `${file}: ${field} — не URL вида ${forms}`,
  'kubeconfig.noCurrentContext': (file, known) =>
    known === '' ? `в ${file} нет контекстов` : `в ${file} нет current-context: выберите через --context: ${known}`,
  'kubeconfig.contextUnknown': (name, file, known) =>
    known === '' ? `нет контекста ${name}: в ${file} нет ни одного` : `нет контекста ${name} в ${file}; есть: ${known}`,
  'kubeconfig.clusterUnknown': (file, context, name) =>
    `${file}: контекст ${context} ссылается на кластер ${name}, которого нет: добавьте его или выберите другой через --cluster`,
  'kubeconfig.userUnknown': (file, context, name) =>
    `${file}: контекст ${context} ссылается на пользователя ${name}, которого нет: добавьте его или выберите другого через --user`,
  'kubeconfig.providerUnsupported': (file, field, name) =>
    `${file}: ${field} — ${name}, его не знает уже и kubectl: возьмите exec-плагин (users[].user.exec) или токен`,
  'kubeconfig.choiceUnknown': (file, field, choices) => `${file}: ${field} — одно из ${choices}`,
  'kubeconfig.impersonationWithoutUser': (file, field) => `${file}: для ${field} нужен пользователь: добавьте as или --as`,

  'credentials.loginNeeded': (user, command) => `${user}: нужен вход: L запустит ${command} в этом терминале`,
  'credentials.pluginMissing': (command, hint) => `плагин входа ${command} не установлен${hint === '' ? '' : `: ${hint}`}`,
  'credentials.pluginNotRunnable': (command, code) => `плагин входа ${command} не запускается (${code})`,
  'credentials.pluginFailed': (command, exit, lastLine) =>
    `плагин входа ${command} завершился с ошибкой (${exit})${lastLine === '' ? '' : `: ${lastLine}`}`,
  'credentials.pluginTimeout': (command, seconds) => `плагин входа ${command} остановлен: ${seconds} с без ответа`,
  'credentials.pluginJunk': (command, bytes) =>
    `плагин входа ${command} выдал не ExecCredential, а ${counted(bytes, 'байт', 'байта', 'байт')} чего-то другого`,
  'credentials.pluginWrongField': (command, field, expected) =>
    `плагин входа ${command}: поле ${field}: ожидается ${expectedInRussian(expected)}`,
  'credentials.fileUnreadable': (file, field, code) => `${file}, указанный в ${field}, не читается (${code})`,
  'credentials.fileStale': (file, code) => `${file} больше не читается (${code}): работаем с тем, что в нём было`,
  'credentials.oidcIncomplete': (file, field) => `${file}: id-token истёк, а поля ${field} нет: войдите заново своим OIDC-инструментом`,
  'credentials.oidcFailed': (issuer, why) => `${issuer} не выдаёт новый id-token (${why}): войдите заново своим OIDC-инструментом`,
  'credentials.oidcNoEndpoint': () => 'в его конфигурации нет token_endpoint',
  'credentials.oidcNoToken': () => 'в ответе нет id_token',
  'credentials.oidcAnswered': code => `ответ ${code}`,
};
