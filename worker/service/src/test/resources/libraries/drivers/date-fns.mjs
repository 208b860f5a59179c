import { addMonths, differenceInBusinessDays, eachWeekendOfInterval, format, formatDistance, intervalToDuration, isValid, parse, parseISO } from 'date-fns';
import { de, ja } from 'date-fns/locale';

export default ({ from, to }) => {
  const start = parseISO(from), end = parseISO(to);
  return {
    format: [format(start, "EEEE d. MMMM yyyy 'um' HH:mm", { locale: de }), format(start, 'PPPP', { locale: ja }), format(start, "RRRR-'W'II-i")],
    distance: formatDistance(start, end, { addSuffix: true, locale: de }),
    lastOfMonth: addMonths(start, 1),
    businessDays: differenceInBusinessDays(end, start),
    weekends: eachWeekendOfInterval({ start, end }).length,
    duration: intervalToDuration({ start, end }),
    parsed: [parse('7/3/26 2:05 pm', 'd/M/yy h:mm aaa', start), isValid(parse('30/2/26', 'd/M/yy', start))],
  };
};
