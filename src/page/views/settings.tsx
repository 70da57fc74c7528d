/** The settings that this process has, each with where it comes from. Secrets are never shown. */
/** @jsxImportSource hono/jsx */

import type { SettingView } from "../detail.ts";
import type { View } from "./layout.tsx";

export const settingsView = (settings: readonly SettingView[]): View => ({
  ...{ title: "Settings", tab: "/settings" },
  sections: [
    {
      ...{ id: "settings", title: "Of this process" },
      body: (
        <table>
          <caption>
            A flag comes before a variable, a variable before the config file, and that before the default.
          </caption>
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">From</th>
            </tr>
          </thead>
          <tbody>
            {settings.map(({ name, value, from }) => (
              <tr>
                <th scope="row">{name}</th>
                <td>{value}</td>
                <td>{from ?? "not set"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ),
    },
  ],
});
