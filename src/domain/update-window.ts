/** Weekly update windows in UTC. Modules and node groups read the same fields by different rules. */
import {readItems, readString, readStrings} from './fields.ts';

export type UpdateWindow = {
  /** `8:00` or `08:00`. */
  readonly from: string;
  readonly to: string;
  /** [] = every day. */
  readonly days: readonly string[];
};

/**
 * 'module': open strictly between from and to of one day, so a window over midnight never opens; an unknown day is Sunday.
 * 'node': from and to belong to the window; over midnight it opens at from and, on the days named, at midnight until to.
 */
export type WindowRule = 'module' | 'node';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const weekdays: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fullWeekdays: readonly string[] = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export function readWindows(root: unknown, path: string): readonly UpdateWindow[] {
  return readItems(root, path, item => ({
    from: readString(item, 'from') ?? '',
    to: readString(item, 'to') ?? '',
    days: readStrings(item, 'days'),
  }));
}

/** No windows at all means always. */
export function isWindowOpen(windows: readonly UpdateWindow[], now: number, rule: WindowRule): boolean {
  return windows.length === 0 || windows.some(window => isOpen(window, now, rule));
}

/** `now` while one is open, undefined where none ever opens. */
export function nextOpening(windows: readonly UpdateWindow[], now: number, rule: WindowRule): number | undefined {
  if (isWindowOpen(windows, now, rule)) return now;
  const today = Math.floor(now / dayMs) * dayMs;
  // Today's opening may have passed, so the same weekday counts once more at the end.
  for (let day = today; day <= today + 7 * dayMs; day += dayMs) {
    const openings = windows.flatMap(window => openingsOn(window, day, rule)).filter(at => at >= now);
    if (openings.length > 0) return Math.min(...openings);
  }
  return undefined;
}

function isOpen(window: UpdateWindow, now: number, rule: WindowRule): boolean {
  const from = parseTimeOfDay(window.from);
  const to = parseTimeOfDay(window.to);
  if (from === undefined || to === undefined || !isOnDay(window.days, now, rule)) return false;
  const time = now % dayMs;
  if (rule === 'module') return time > from && time < to;
  return from < to ? time >= from && time <= to : time >= from || time <= to;
}

/** `day` is midnight of the day asked for. */
function openingsOn(window: UpdateWindow, day: number, rule: WindowRule): readonly number[] {
  const from = parseTimeOfDay(window.from);
  const to = parseTimeOfDay(window.to);
  if (from === undefined || to === undefined || !isOnDay(window.days, day, rule)) return [];
  if (from < to) return [day + from];
  return rule === 'module' ? [] : [day, day + from];
}

function isOnDay(days: readonly string[], now: number, rule: WindowRule): boolean {
  if (days.length === 0) return true;
  const today = new Date(now).getUTCDay();
  return days.some(day => weekdayOf(day, rule) === today);
}

function weekdayOf(day: string, rule: WindowRule): number | undefined {
  const name = day.toLowerCase();
  const short = weekdays.indexOf(name);
  if (short !== -1) return short;
  if (rule === 'module') return 0;
  const full = fullWeekdays.indexOf(name);
  return full === -1 ? undefined : full;
}

function parseTimeOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  return hours > 23 || minutes > 59 ? undefined : (hours * 60 + minutes) * minuteMs;
}
