/** What a person is told before a disk of a database goes: what goes, what stays, who still has the rows, and how one comes back. */
import {claimNameOf, memberName} from '../domain/postgres/postgres-cluster.ts';
import type {Words} from '../domain/words.ts';
import type {Migration, Stand} from './postgres-migration.ts';

type Going = Stand & {readonly member: string; readonly ordinal: number; readonly isBroken?: true};

export type GateWords = {readonly ask: Words; readonly danger: Words};

/** The disk of a member that stays: it gets another one. */
export function replaceWords(migration: Migration, going: Going): GateWords {
  const {newClass} = migration;
  const {member, leader, isBroken} = going;
  const claim = claimNameOf(member);
  const volume = volumeOf(migration, going.ordinal);
  const others = othersOf(migration, going);
  const [until, untilRu] = isBroken === true ? ['has caught up', 'не догнал лидера'] : ['is copied anew', 'не скопирован заново'];
  const [lost, lostRu] =
    isBroken === true
      ? ['what is in no dump is lost', 'пропадёт то, чего нет в дампе']
      : ['what was written since is lost', 'пропадёт написанное с этого момента'];
  const left =
    others.length === 0
      ? {
          en: `Until ${member} ${until}, ${leader} has the newest rows alone: where its disk breaks meanwhile, ${lost}.`,
          ru: `Пока ${member} ${untilRu}, самые новые строки есть только у ${leader}: откажет его диск — ${lostRu}.`,
        }
      : {
          en: `Until ${member} ${until}, copies stay on ${leader} and ${others.join(', ')}; copiesLeft counts those that are safe now.`,
          ru: `Пока ${member} ${untilRu}, копии остаются на ${leader} и ${others.join(', ')}; сколько из них надёжны сейчас — в copiesLeft.`,
        };
  return {
    ask:
      isBroken === true
        ? {
            en: `Delete ${claim}, so that ${member} comes back on its kept volume of class ${newClass}? The volume that it has now${volume.en} stays (Retain).`,
            ru: `Удалить ${claim}, чтобы ${member} вернулся на сохранённый том класса ${newClass}? Нынешний его том${volume.ru} остаётся (Retain).`,
          }
        : {
            en: `Delete ${claim} and copy ${member} anew from ${leader} onto class ${newClass}? Its old volume${volume.en} stays (Retain).`,
            ru: `Удалить ${claim} и скопировать ${member} заново с ${leader} на класс ${newClass}? Прежний том${volume.ru} остаётся (Retain).`,
          },
    danger: {
      en: `${left.en} The way back is postgres-volume-rebind with a volume that was kept.`,
      ru: `${left.ru} Обратный путь — postgres-volume-rebind с сохранённым томом.`,
    },
  };
}

/** A member that was added for the time goes; `instances` counts it still. */
export function removeWords(migration: Migration, going: Going): GateWords {
  const {isKeepingClaims} = migration.facts;
  const {member, leader} = going;
  const [claim, claimRu] = isKeepingClaims
    ? ['Its claim and its volume stay for now', 'Его заявка и том пока остаются']
    : ['Its claim goes with it, its volume stays (Retain)', 'С ним уйдёт его заявка, том остаётся (Retain)'];
  return {
    ask: {
      en: `Take ${member} away? ${leader} leads. ${claim}.`,
      ru: `Убрать ${member}? Лидер — ${leader}. ${claimRu}.`,
    },
    danger: leftAfter(migration, going, {
      en: 'Should it be wanted again, numberOfInstances one higher brings it back, and it catches up from the leader or is copied anew.',
      ru: 'Если он снова понадобится, numberOfInstances на единицу больше вернёт его: он догонит лидера или будет скопирован заново.',
    }),
  };
}

/** The claim of a member that has gone already. */
export function dropWords(migration: Migration, going: Going): GateWords {
  const claim = claimNameOf(going.member);
  const volume = volumeOf(migration, going.ordinal);
  return {
    ask: {
      en: `Delete ${claim}, which no pod uses any more? Its volume${volume.en} stays (Retain) and goes on costing.`,
      ru: `Удалить ${claim}, которой больше не пользуется ни один под? Её том${volume.ru} остаётся (Retain) и продолжает стоить денег.`,
    },
    danger: leftAfter(migration, going, {
      en: `What ${going.member} had stays on that volume until you delete it; to have it back, clear its claimRef and make a claim that names it in spec.volumeName.`,
      ru: `То, что было у ${going.member}, останется на этом томе, пока вы его не удалите; чтобы вернуть, очистите его claimRef и создайте заявку с его именем в spec.volumeName.`,
    }),
  };
}

function leftAfter(migration: Migration, going: Going, back: Words): Words {
  const left = [going.leader, ...othersOf(migration, going)].join(', ');
  return {
    en: `What is left of the database: ${left}; copiesLeft counts the copies that are safe now. ${back.en}`,
    ru: `От базы остаётся: ${left}; сколько копий надёжны сейчас — в copiesLeft. ${back.ru}`,
  };
}

/** The members besides it and the leader, as many as there are at that point of the plan. */
function othersOf({database}: Migration, {instances, member, leader}: Going): readonly string[] {
  const names = Array.from({length: instances}, (_, ordinal) => memberName(database.name, ordinal));
  return names.filter(name => name !== member && name !== leader);
}

/** ` pvc-…`; nothing where the plan does not know it. */
function volumeOf({facts}: Migration, ordinal: number): Words {
  const name = facts.members.find(each => each.ordinal === ordinal)?.volume ?? '';
  const said = name === '' ? '' : ` ${name}`;
  return {en: said, ru: said};
}
