/* Pages for a role: others are told so, and whom to ask, instead of being shown what the server would refuse. */
import { Link } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useMay } from "@/api/session";
import type { Role } from "@/api/types";
import { LockKeyhole } from "@/ui/icons";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/notice";
import { Page } from "@/ui/page";

const names: Record<Role, string> = { viewer: "a viewer", operator: "an operator", admin: "an administrator" };

export function onlyFor(role: Role, Component: ComponentType): ComponentType {
	return function Guarded() {
		if (useMay(role)) return <Component />;
		return (
			<Page title="Not for your account">
				<Empty icon={<LockKeyhole />} title={`This page takes ${names[role]}`} actions={<Button asChild variant="primary"><Link to="/">Go to the dashboard</Link></Button>}>
					An administrator can give your account another role, under Users.
				</Empty>
			</Page>
		);
	};
}
