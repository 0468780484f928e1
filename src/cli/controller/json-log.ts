/** The log of the headless engine: a line of JSON for each thing that happened, on stderr. */
import pino, {type DestinationStream} from 'pino';
import type {Log, LogLevel} from '../../domain/log.ts';

/** Written at once: the last line before an end is the one that is needed. */
export function createJsonLog(level: LogLevel, destination: DestinationStream = pino.destination({dest: 2, sync: true})): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {level: label => ({level: label})},
    },
    destination,
  );
  return (line, message, fields = {}) => logger[line](fields, message);
}
