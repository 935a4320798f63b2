export { csvText, CsvUnreadable, readCsv, type CsvRecord } from './read-csv.js'
