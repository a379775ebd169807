/** What the job found out, as the page shows it. Delays in minutes, shares from 0 to 1. */
export interface Report {
  readonly read: number;
  readonly kept: number;
  readonly airports: readonly AirportDelay[];
  readonly hours: readonly HourDelay[];
  readonly days: readonly DayTotal[];
  readonly routes: readonly RouteDelay[];
}

export interface AirportDelay {
  readonly iata: string;
  readonly city: string;
  readonly state: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly flights: number;
  readonly meanDelay: number;
  readonly lateShare: number;
}

export interface HourDelay {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly flights: number;
  readonly meanDelay: number;
}

export interface DayTotal {
  /** yyyy-mm-dd */
  readonly day: string;
  readonly flights: number;
  readonly lateShare: number;
}

export interface RouteDelay {
  readonly origin: string;
  readonly destination: string;
  readonly flights: number;
  readonly meanDelay: number;
  /** 1 is the airport's worst. */
  readonly rank: number;
}
