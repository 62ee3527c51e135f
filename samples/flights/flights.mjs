// Writes the flights as CSV to standard output: month, origin, destination, distance in miles, delay in minutes.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { once } from 'node:events'

const STEP = 100_000
const file = await asyncBufferFromFile('node_modules/vega-datasets/data/flights-3m.parquet')
const rows = Number((await parquetMetadataAsync(file)).num_rows)
process.stdout.write('month,origin,destination,distance,delay\n')
for (let start = 0; start < rows; start += STEP) {
  const part = await parquetReadObjects({ file, compressors, rowStart: start, rowEnd: Math.min(rows, start + STEP) })
  const text = part.map((row) => `${row.date.slice(0, 2)},${row.origin},${row.destination},${row.distance},${row.delay}\n`).join('')
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}
