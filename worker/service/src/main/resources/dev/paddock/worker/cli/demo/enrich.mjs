// An enrichment: a record in, a richer record out. An ES module exports a function, which may be async;
// `context` tells which execution this is. What `console` writes travels with the result.

const CITIES = [
  { name: "Anchorage", lat: 61.22, lon: -149.9 },
  { name: "Los Angeles", lat: 34.05, lon: -118.24 },
  { name: "San Francisco", lat: 37.77, lon: -122.42 },
  { name: "Honolulu", lat: 21.31, lon: -157.86 },
  { name: "Tokyo", lat: 35.68, lon: 139.69 },
  { name: "Jakarta", lat: -6.21, lon: 106.85 },
  { name: "Santiago", lat: -33.45, lon: -70.67 },
  { name: "Istanbul", lat: 41.01, lon: 28.98 },
];

const EARTH_RADIUS_KM = 6371;

/** Distance along the surface of the earth (haversine formula), in km. */
function distanceKm(a, b) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(h));
}

async function nearestCity(quake) {
  const distances = await Promise.all(
    CITIES.map(async (city) => ({ city: city.name, km: Math.round(distanceKm(quake, city)) })),
  );
  return distances.reduce((nearest, other) => (other.km < nearest.km ? other : nearest));
}

/** Radiated energy after Gutenberg and Richter, in joules. */
const energyJoules = (magnitude) => Number((10 ** (1.5 * magnitude + 4.8)).toPrecision(3));

function depthClass(km) {
  if (km < 70) return "shallow";
  return km < 300 ? "intermediate" : "deep";
}

/** "4km W of Castaic, CA" lies in CA; "Banda Sea" is a region itself. */
const region = (place) => place.split(", ").at(-1);

export default async function enrich(input, context) {
  const nearest = await nearestCity(input);
  if (input.mag >= 6) {
    console.warn(`strong: M${input.mag} ${input.place} (${context.executionId})`);
  }
  return {
    id: input.id,
    at: new Date(input.time).toISOString(),
    magnitude: input.mag,
    energyJoules: energyJoules(input.mag),
    depth: depthClass(input.depth),
    region: region(input.place),
    nearest,
  };
}
