/** Кто выполняет запуск и как он переходит из рук в руки. */
import type {englishCarrying} from './english-carrying.ts';
import type {CataloguePart} from './phrase.ts';

export const russianCarrying: CataloguePart<typeof englishCarrying> = {
  'run.handedOver': command => `Всё остаётся как есть. Продолжить можно так: ${command} или :runs на другом экране.`,
  'run.noHolder': () => 'Ни один движок его ещё не взял.',
  'run.heldHere': () => 'Выполняет этот экран; он продолжит, даже если смотреть в другое место.',
  'run.heldBy': (identity, age) => `Выполняет ${identity}, уже ${age}.`,
  'run.heldLast': identity => `Последним выполнял ${identity}; выполняет ли ещё, отсюда не видно.`,
  'run.next': () => 'Этот экран продолжит запуск, как только его никто не держит.',
  'run.left': identity => `Сейчас его никто не выполняет; последним был ${identity}.`,
  'run.silent': (identity, age) => `Последний исполнитель ${identity} не подаёт признаков жизни уже ${age}.`,
  'run.silentNext': (identity, age) =>
    `Последний исполнитель ${identity} не подаёт признаков жизни уже ${age}; когда истечёт его Lease, продолжит этот экран.`,
  'run.waits': () => 'Ждёт человека; пока его никто не выполняет. Потом продолжит контроллер или тот, кто возьмёт запуск себе.',
  'run.waitsNext': () => 'Ждёт человека; после ответа продолжит этот экран.',
  'run.takenOver': (time, by, from) =>
    `Взят в ${time}, теперь выполняет ${by}: ${from} умер или потерял связь. Сначала проверяется, что после него осталось.`,
  'run.takenOverHere': (time, from) =>
    `Этот экран взял запуск в ${time}: ${from} умер или потерял связь. Сначала проверяется, что после него осталось.`,
};
