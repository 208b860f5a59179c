import Papa from 'papaparse';

export default ({ csv }) => {
  const parsed = Papa.parse(csv, { header: true, dynamicTyping: true, skipEmptyLines: true });
  return {
    rows: parsed.data,
    errors: parsed.errors,
    delimiter: parsed.meta.delimiter,
    back: Papa.unparse(parsed.data, { delimiter: ';', quotes: true }),
    sums: Papa.parse('1\t2\n3\t4', { dynamicTyping: true }).data.map(([a, b]) => a + b),
  };
};
