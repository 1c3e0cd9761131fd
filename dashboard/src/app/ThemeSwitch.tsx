// Lets the reader choose between light, dark and what the system says.
import { useState } from "react";
import { storedTheme, storeTheme, type Theme } from "./theme.ts";

export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <label className="theme">
      Colours{" "}
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = target.value as Theme;
          storeTheme(chosen);
          setTheme(chosen);
        }}
      >
        <option value="system">as the system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}
