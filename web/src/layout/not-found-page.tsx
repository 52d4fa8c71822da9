import { Link } from "@tanstack/react-router";
import { Compass } from "@/ui/icons";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/notice";
import { Page } from "@/ui/page";

export function NotFoundPage() {
	return (
		<Page title="Nothing is here">
			<Empty icon={<Compass />} title="This address leads nowhere" actions={<Button asChild variant="primary"><Link to="/">Go to the dashboard</Link></Button>}>
				What it meant may have been deleted.
			</Empty>
		</Page>
	);
}
