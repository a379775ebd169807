import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

export interface BudgetProps {
  readonly monthlyDollars: number;
  readonly email: string;
}

/** Tells of costs near the budget, at it, and about to exceed it. It is the account's: tags would count only where activated for billing. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { monthlyDollars, email }: BudgetProps) {
    super(scope, id);
    const subscribers = [{ subscriptionType: "EMAIL", address: email }];
    const when = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" },
      subscribers,
    });
    new CfnBudget(this, "Monthly", {
      budget: { budgetType: "COST", timeUnit: "MONTHLY", budgetLimit: { amount: monthlyDollars, unit: "USD" } },
      notificationsWithSubscribers: [when("ACTUAL", 80), when("ACTUAL", 100), when("FORECASTED", 100)],
    });
  }
}
