// Timing that survives a busy machine: contestants take turns in short bursts, and the best burst of each counts.

/** The least time of one call in microseconds, for each contestant by name. */
export async function race(contestants, { bursts = 40, burstMilliseconds = 15 } = {}) {
  const best = Object.fromEntries(Object.keys(contestants).map((name) => [name, Infinity]))
  const sizes = {}
  for (const [name, call] of Object.entries(contestants)) {
    // Warm up for a while, and learn how many calls make a burst.
    const start = performance.now()
    let calls = 0
    while (performance.now() - start < 600) {
      await call()
      calls++
    }
    sizes[name] = Math.max(1, Math.round((calls / 600) * burstMilliseconds))
  }
  for (let burst = 0; burst < bursts; burst++) {
    for (const [name, call] of Object.entries(contestants)) {
      const start = performance.now()
      for (let left = sizes[name]; left > 0; left--) {
        const pending = call()
        if (pending instanceof Promise) await pending
      }
      best[name] = Math.min(best[name], ((performance.now() - start) / sizes[name]) * 1000)
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${burst + 1} of ${bursts} bursts`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return best
}

/** A table of times, and of how each compares with the first. */
export function table(title, times, against = Object.keys(times)[0]) {
  const rows = Object.entries(times).map(([name, us]) => [
    name,
    `${us < 1000 ? us.toFixed(1) : Math.round(us)} µs`,
    `${Math.round(1e6 / us).toLocaleString('en')}/s`,
    `${(us / times[against]).toFixed(2)} x`,
  ])
  const head = ['', 'one', 'a second', `against ${against}`]
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)))
  const line = (row) =>
    `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`
  return [title, line(head), ...rows.map(line), ''].join('\n')
}
