import type { AirportDelay, Report, RouteDelay } from "./report.ts";
import { barChart, bubbleMap, escapeText, heatmap, lineChart, rampLegend } from "./svg.ts";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The hours with traffic; the few flights of the night are delayed ones of the evening. */
const HOURS = Array.from({ length: 19 }, (_, i) => i + 5);

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const minutes = (delay: number): string => `${delay.toFixed(1)} min`;
const whole = (count: number): string => count.toLocaleString("en-US");

/** The whole page: one file, no script, nothing fetched. */
export function page(report: Report): string {
  const { airports, days, read, kept } = report;
  const flights = days.reduce((total, day) => total + day.flights, 0);
  const late = days.reduce((total, day) => total + day.flights * day.lateShare, 0) / flights;
  const mean = airports.reduce((total, airport) => total + airport.flights * airport.meanDelay, 0) / flights;
  const figures: readonly (readonly [string, string])[] = [
    [whole(flights), "flights"],
    [whole(read - kept), "rows cleaned away"],
    [String(airports.length), "airports"],
    [minutes(mean), "mean delay"],
    [percent(late), "late by more than 15 min"],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Flight delays, first half of 2001</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Flight delays in the United States</h1>
<p>Departures from ${days[0]!.day} to ${days.at(-1)!.day}</p>
<dl>${figures.map(([value, name]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>
</header>
${section("Where delays begin", "Each bubble is an airport in the contiguous states: its area is the number of departures, its colour the mean delay.", rampLegend("0 min", "14 min and more"), airportMap(airports))}
${section("When to fly", "Mean delay by weekday and hour of departure.", rampLegend("0 min", "20 min and more"), hourMap(report))}
${section("Day by day", "Share of each day's flights that were more than 15 minutes late.", "", dayLine(report))}
<div class="pair">
${section("Most delayed airports", "Mean delay, airports with at least 10,000 departures.", "", airportBars(airports))}
${section("Worst routes", "The ten busiest airports and their three slowest routes: mean delay in minutes, of at least 100 flights.", "", routeTable(report.routes))}
</div>
<footer>Data: US Bureau of Transportation Statistics, through vega-datasets. Made by examples/flights/flights.ts.</footer>
</main>
</body>
</html>
`;
}

const section = (title: string, about: string, legend: string, content: string): string =>
  `<section><h2>${title}</h2><p>${about}</p>${legend}${content}</section>`;

const NAMED_AIRPORTS = 14;

function airportMap(airports: readonly AirportDelay[]): string {
  const busy = new Set(airports.toSorted((a, b) => b.flights - a.flights).slice(0, NAMED_AIRPORTS));
  const contiguous = airports.filter(({ latitude, longitude }) => latitude > 24 && latitude < 50 && longitude > -125.5);
  const bubbles = contiguous.map((airport) => ({
    latitude: airport.latitude,
    longitude: airport.longitude,
    size: airport.flights,
    value: airport.meanDelay,
    tip: `${airport.city}, ${airport.state} (${airport.iata}): ${whole(airport.flights)} flights, ${minutes(airport.meanDelay)}, ${percent(airport.lateShare)} late`,
    ...(busy.has(airport) ? { name: airport.iata } : {}),
  }));
  return bubbleMap("Mean delay by airport", bubbles, [0, 14]);
}

function hourMap({ hours }: Report): string {
  const cells = hours
    .filter(({ hour }) => HOURS.includes(hour))
    .map(({ weekday, hour, meanDelay, flights }) => ({
      row: weekday - 1,
      column: HOURS.indexOf(hour),
      value: meanDelay,
      tip: `${WEEKDAYS[weekday - 1]} ${hour}:00: ${minutes(meanDelay)} over ${whole(flights)} flights`,
    }));
  return heatmap("Mean delay by weekday and hour", WEEKDAYS, HOURS.map(String), cells, [0, 20]);
}

function dayLine({ days }: Report): string {
  const points = days.map(({ day, flights, lateShare }, x) => ({
    x,
    y: lateShare,
    tip: `${day}: ${percent(lateShare)} of ${whole(flights)} flights`,
  }));
  const firsts = days.flatMap(({ day }, x) => (day.endsWith("-01") ? [[x, MONTHS[Number(day.slice(5, 7)) - 1]!] as const] : []));
  return lineChart("Share of late flights by day", points, firsts, (share) => `${Math.round(share * 100)} %`);
}

const MIN_DEPARTURES = 10_000;
const BARS = 12;

function airportBars(airports: readonly AirportDelay[]): string {
  const latest = airports
    .filter(({ flights }) => flights >= MIN_DEPARTURES)
    .toSorted((a, b) => b.meanDelay - a.meanDelay)
    .slice(0, BARS);
  return barChart(
    "Airports by mean delay",
    latest.map((airport) => ({
      name: `${airport.city} (${airport.iata})`,
      value: airport.meanDelay,
      text: minutes(airport.meanDelay),
      tip: `${percent(airport.lateShare)} of ${whole(airport.flights)} flights late`,
    })),
  );
}

function routeTable(routes: readonly RouteDelay[]): string {
  const rows = [...Map.groupBy(routes, ({ origin }) => origin)].map(([origin, slowest]) => {
    const cells = slowest.map(
      ({ destination, meanDelay, flights }) =>
        `<td title="${whole(flights)} flights">${escapeText(destination)} <b>${meanDelay.toFixed(1)}</b></td>`,
    );
    return `<tr><th>${escapeText(origin)}</th>${cells.join("")}</tr>`;
  });
  const head = "<tr><th>From</th><td>slowest to</td><td>second</td><td>third</td></tr>";
  return `<div class="scroll"><table><thead>${head}</thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** One hue from pale to strong; on dark ground from dim to bright, so that more delay always stands out more. */
const LIGHT_RAMP = ["#e3eef9", "#c0d9f1", "#93bee6", "#609fd8", "#3680c4", "#1c60a3", "#0b427a"];
const DARK_RAMP = ["#14293f", "#1a3c5f", "#215384", "#2f6eac", "#4b8dce", "#7fb2e5", "#bcd9f5"];
const rampRules = (colours: readonly string[]) => colours.map((colour, i) => `.ramp${i}{fill:${colour};background:${colour}}`).join("");

const STYLE = `
:root{color-scheme:light dark;--ground:#f7f7f5;--card:#fff;--ink:#1d2328;--soft:#5c6770;--rule:#dfe3e6;--accent:#2a72bd}
${rampRules(LIGHT_RAMP)}
@media(prefers-color-scheme:dark){:root{--ground:#111417;--card:#191d21;--ink:#e8ebee;--soft:#9aa5ae;--rule:#2e353b;--accent:#6aa9e6}${rampRules(DARK_RAMP)}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:32px 20px}
h1{font-size:28px;line-height:1.2;margin:0}h2{font-size:18px;margin:0}
p{margin:2px 0 12px;color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;margin:20px 0}
dt{color:var(--soft);font-size:13px}dd{margin:0;font-size:24px;font-weight:600}
dl div{display:flex;flex-direction:column-reverse}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:20px;margin-bottom:20px;min-width:0}
svg{display:block;width:100%;height:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
svg text.name{fill:var(--ink)}svg text.halo{font-weight:600;paint-order:stroke;stroke:var(--card);stroke-width:3px}
.grid{stroke:var(--rule)}.area{fill:var(--accent);opacity:.14}.line{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}
.mark{fill:transparent}.mark:hover{fill:var(--accent)}.bar{fill:var(--accent)}
.bubble{stroke:var(--soft);stroke-width:.6}
.legend{display:flex;align-items:center;gap:2px;font-size:12px}.legend i{width:26px;height:12px;border-radius:2px}.legend span{margin:0 6px 0 0;white-space:nowrap}.legend span:last-child{margin:0 0 0 6px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:20px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 8px;font-weight:400;white-space:nowrap}th{font-weight:600}td b{font-weight:600;margin-left:4px}
thead>tr>*{color:var(--soft);font-weight:400}tbody>tr>*{border-top:1px solid var(--rule)}
footer{color:var(--soft);font-size:13px}
`;
