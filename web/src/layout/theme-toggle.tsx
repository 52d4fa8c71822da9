import { Monitor, Moon, Sun } from "@/ui/icons";
import { chooseTheme, useThemeChoice, type ThemeChoice } from "@/lib/theme";
import { IconButton } from "@/ui/button";
import { Menu } from "@/ui/menu";

const icons: Record<ThemeChoice, React.ReactNode> = { system: <Monitor aria-hidden />, light: <Sun aria-hidden />, dark: <Moon aria-hidden /> };
const labels: Record<ThemeChoice, string> = { system: "As the system", light: "Light", dark: "Dark" };
const choices: ThemeChoice[] = ["system", "light", "dark"];

export function ThemeToggle() {
	const choice = useThemeChoice();
	return (
		<Menu
			trigger={<IconButton label={`Theme: ${labels[choice].toLowerCase()}`}>{icons[choice]}</IconButton>}
			actions={choices.map((value) => ({ label: labels[value], icon: icons[value], onSelect: () => chooseTheme(value) }))}
		/>
	);
}
